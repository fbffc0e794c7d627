import { createHash } from 'node:crypto';
import { clockToleranceMs, echoMs, longestHoldMs, sweepStep } from './store.ts';

/** A script that Redis runs as one step. */
export interface LuaScript {
  readonly text: string;
  readonly sha1: string;
}

/** Runs a script with `scriptKeys` and these arguments; rejects with `StoreUnavailable`, within its time limit. */
export type RunScript = (script: LuaScript, words: readonly string[]) => Promise<unknown>;

/** All keys lie under one hash tag, so that a cluster keeps them together: they are the scripts' KEYS, in this order. */
export const scriptKeys: readonly string[] = [
  'counters',
  'reservations',
  'due',
  'records',
  'keys',
  'cache',
  'cache-ends',
  'sums',
  'sum-hours',
  'held',
  'health',
  'policies',
].map((name) => `{llmpolicy}:${name}`);

/** The rules of `counter-state.ts`. Numbers travel and are kept as decimal text: Lua's own way of writing them has 14 digits. */
const rules = `
local counters, reservations, due, records, keyring, heldOpen = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[10]
local maxAmount, dayMs, longestHoldMs = 9007199254740991, 86400000, ${longestHoldMs}
local function text(n) return string.format('%.0f', n) end
local function muldiv(a, b, rest, m) -- (a * b + rest) divided by m, for b < m and rest < m <= 2^42, exact
  local q, r = 0, 0
  local whole = math.floor(a / m)
  local part = a - whole * m
  for shift = 40, 0, -10 do
    local scale = 2 ^ shift
    local digit = math.floor(part / scale)
    part = part - digit * scale
    local sum = r * 1024 + b * digit
    local over = math.floor(sum / m)
    q, r = q * 1024 + over, sum - over * m
  end
  r = r + rest
  if r >= m then q, r = q + 1, r - m end
  return whole * b + q, r
end
local function flow(elapsed, amount, every, rest)
  local each = math.floor(amount / every)
  local q, r = muldiv(elapsed, amount - each * every, rest, every)
  return elapsed * each + q, r
end
local function spec(i)
  return { key = ARGV[i], kind = ARGV[i + 1], amount = tonumber(ARGV[i + 2]), every = tonumber(ARGV[i + 3]), due = ARGV[i + 4] }
end
local function load(c, now)
  local found = redis.call('HGET', counters, c.key)
  if not found then return { taken = 0, open = 0, at = now, rest = 0 } end
  local taken, open, at, rest = string.match(found, '^(%d+) (%d+) (%d+) (%d+)$')
  local s = { taken = tonumber(taken), open = tonumber(open), at = tonumber(at), rest = tonumber(rest) }
  if c.amount > 0 and now > s.at then
    local whole, part = flow(now - s.at, c.amount, c.every, s.rest)
    if whole >= s.taken then s.taken, s.rest = 0, 0 else s.taken, s.rest = s.taken - whole, part end
    s.at = now
  elseif c.amount > 0 and s.at - now > ${clockToleranceMs} then
    s.at, s.rest, s.mended = now, 0, true
  end
  return s
end
local function save(c, s, now)
  redis.call('HSET', counters, c.key, text(s.taken) .. ' ' .. text(s.open) .. ' ' .. text(s.at) .. ' ' .. text(s.rest))
  local at = c.due
  if c.kind == 'c' then at = text(now + dayMs) end
  if c.kind == 'b' and c.amount > 0 then at = text(s.at + math.ceil(s.taken / c.amount * c.every) + math.max(dayMs, c.every)) end
  if at ~= '' then redis.call('ZADD', due, at, 'c|' .. c.key) end
end
local function finish(held, used, now)
  local c = { key = held[1], kind = held[2], amount = tonumber(held[3]), every = tonumber(held[4]), due = held[5] }
  local reserved, since = tonumber(held[6]), tonumber(held[7])
  if c.kind == 'c' then used = 0 end
  local s = load(c, now)
  local back = reserved - used
  if back > 0 and c.amount > 0 and s.at > since then
    local whole, part = flow(s.at - since, c.amount, c.every, 0)
    if part > 0 then whole = whole + 1 end
    back = math.max(0, back - whole)
  end
  s.taken = math.min(maxAmount, math.max(0, s.taken - back))
  s.open = math.max(0, s.open - reserved)
  save(c, s, now)
end
local function keep(id, row, at)
  redis.call('HSET', reservations, id, cjson.encode(row))
  redis.call('ZADD', due, at, 'r|' .. id)
  if row.state == 'open' then redis.call('ZADD', heldOpen, at, id) else redis.call('ZREM', heldOpen, id) end
end
local function find(id)
  local found = redis.call('HGET', reservations, id)
  return found and cjson.decode(found)
end
local function sweep(now)
  for _, member in ipairs(redis.call('ZRANGEBYSCORE', due, '-inf', text(now), 'LIMIT', 0, ${sweepStep})) do
    local kind, id = string.sub(member, 1, 1), string.sub(member, 3)
    if kind == 'r' then
      local row = find(id)
      if row and row.state == 'open' then
        for _, held in ipairs(row.held) do finish(held, 0, now) end
        row.state, row.held = 'expired', {}
        keep(id, row, text(now + ${echoMs}))
      else
        redis.call('HDEL', reservations, id)
        redis.call('ZREM', due, member)
      end
    elseif kind == 'c' then
      local open = string.match(redis.call('HGET', counters, id) or '', '^%d+ (%d+)')
      if open and open ~= '0' then
        redis.call('ZADD', due, text(now + dayMs), member)
      else
        redis.call('HDEL', counters, id)
        redis.call('ZREM', due, member)
      end
    else
      redis.call('HDEL', records, id)
      redis.call('ZREM', due, member)
    end
  end
  local beyond = '(' .. text(now + longestHoldMs)
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', heldOpen, beyond, '+inf', 'LIMIT', 0, ${sweepStep})) do
    local row = find(id)
    if row then keep(id, row, text(now + longestHoldMs)) else redis.call('ZREM', heldOpen, id) end
  end
end
`;

const script = (body: string): LuaScript => {
  const text = rules + body;
  return { text, sha1: createHash('sha1').update(text).digest('hex') };
};

/** ARGV: now, then five words a counter → taken and open of each. */
export const readScript = script(`
local now = tonumber(ARGV[1])
sweep(now)
local out = {}
for i = 2, #ARGV, 5 do
  local s = load(spec(i), now)
  if s.mended then save(spec(i), s, now) end
  out[#out + 1], out[#out + 2] = text(s.taken), text(s.open)
end
return out`);

/** ARGV: now, id, expiry, then seven words an entry → `1`, or `0`, the instant, and the state of each counter. */
export const reserveScript = script(`
local now, id = tonumber(ARGV[1]), ARGV[2]
sweep(now)
local before = find(id)
if before then return before.answer end
local holds, states, answer = true, {}, { '0', ARGV[1] }
for i = 4, #ARGV, 7 do
  local s = load(spec(i), now)
  if s.mended then save(spec(i), s, now) end
  if s.taken > tonumber(ARGV[i + 6]) - tonumber(ARGV[i + 5]) then holds = false end
  for _, n in ipairs({ s.taken, s.open, s.at, s.rest }) do answer[#answer + 1] = text(n) end
end
if not holds then
  keep(id, { state = 'refused', answer = answer, held = {} }, text(now + ${echoMs}))
  return answer
end
local held = {}
for i = 4, #ARGV, 7 do
  local c, amount = spec(i), tonumber(ARGV[i + 5])
  local s = load(c, now)
  s.taken, s.open = math.min(maxAmount, s.taken + amount), math.min(maxAmount, s.open + amount)
  save(c, s, now)
  held[#held + 1] = { c.key, c.kind, ARGV[i + 2], ARGV[i + 3], c.due, ARGV[i + 5], text(s.at) }
end
keep(id, { state = 'open', answer = { '1' }, held = held }, text(math.min(tonumber(ARGV[3]), now + longestHoldMs)))
return { '1' }`);

/** ARGV: now, id, \`settle\` or \`release\`, then six words for each amount used. */
export const closeScript = script(`
local now, id, settles = tonumber(ARGV[1]), ARGV[2], ARGV[3] == 'settle'
sweep(now)
local before = find(id)
if before and (before.state == 'closed' or (not settles and before.state ~= 'open')) then return 0 end
local used = {}
for i = 4, #ARGV, 6 do used[ARGV[i]] = i end
for _, held in ipairs((before and before.held) or {}) do
  local i = used[held[1]]
  finish(held, i and tonumber(ARGV[i + 5]) or 0, now)
  used[held[1]] = nil
end
for _, i in pairs(used) do
  local c = spec(i)
  if c.kind ~= 'c' then
    local s = load(c, now)
    s.taken = math.min(maxAmount, s.taken + tonumber(ARGV[i + 5]))
    save(c, s, now)
  end
end
keep(id, { state = 'closed', answer = before and before.answer or { '1' }, held = {} }, text(now + ${echoMs}))
return 1`);

/** ARGV: now, id of the addition, hour, then labels and the sums of each row. */
export const addSumsScript = script(`
local now, id, hour = tonumber(ARGV[1]), 'summed ' .. ARGV[2], ARGV[3]
sweep(now)
if redis.call('HEXISTS', records, id) == 1 then return 0 end
redis.call('HSET', records, id, '1')
redis.call('ZADD', due, text(now + ${echoMs}), 'o|' .. id)
for i = 4, #ARGV, 7 do
  local row = string.format('%016d', tonumber(hour)) .. ARGV[i]
  redis.call('ZADD', KEYS[9], 0, row)
  local sums = redis.call('HGET', KEYS[8], row)
  sums = sums and cjson.decode(sums) or { '0', '0', '0', '0', '0', '0' }
  for n = 1, 6 do sums[n] = text(math.min(maxAmount, tonumber(sums[n]) + tonumber(ARGV[i + n]))) end
  redis.call('HSET', KEYS[8], row, cjson.encode(sums))
end
return 1`);

/** ARGV: hour, labels before and after. */
export const relabelSumsScript = script(`
local function rowOf(labels) return string.format('%016d', tonumber(ARGV[1])) .. labels end
local from, to = rowOf(ARGV[2]), rowOf(ARGV[3])
local found = redis.call('HGET', KEYS[8], from)
if not found or from == to then return 0 end
local sums = cjson.decode(redis.call('HGET', KEYS[8], to) or '["0","0","0","0","0","0"]')
for n, sum in ipairs(cjson.decode(found)) do sums[n] = text(math.min(maxAmount, tonumber(sums[n]) + tonumber(sum))) end
redis.call('HDEL', KEYS[8], from)
redis.call('ZREM', KEYS[9], from)
redis.call('HSET', KEYS[8], to, cjson.encode(sums))
redis.call('ZADD', KEYS[9], 0, to)
return 1`);

/** ARGV: lower and upper bound of rows in the order of their text, how many → rows and their sums. */
export const pageSumsScript = script(`
local out = {}
for _, row in ipairs(redis.call('ZRANGEBYLEX', KEYS[9], ARGV[1], ARGV[2], 'LIMIT', 0, ARGV[3])) do
  out[#out + 1], out[#out + 2] = row, redis.call('HGET', KEYS[8], row)
end
return out`);

/** ARGV: \`name\`, \`hash\`, \`list\` or \`version\`, and which → what is kept, as text. */
export const readKeysScript = script(`
if ARGV[1] == 'list' then
  local out = {}
  for _, name in ipairs(redis.call('HKEYS', keyring)) do
    if string.sub(name, 1, 2) == 'n|' then out[#out + 1] = redis.call('HGET', keyring, name) end
  end
  return out
end
if ARGV[1] == 'version' then return { redis.call('HGET', keyring, 'version') or '0' } end
local name = ARGV[2]
if ARGV[1] == 'hash' then name = redis.call('HGET', keyring, 'h|' .. name) end
return { name and redis.call('HGET', keyring, 'n|' .. name) or '' }`);

/** ARGV: name, key before (or nothing) and after, count of its old hashes, these, its new ones → 1 kept, 0 a hash is taken, −1 changed. */
export const keepKeyScript = script(`
local name, before, after, old = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local found = redis.call('HGET', keyring, 'n|' .. name) or ''
if found == after then return 1 end
if found ~= before then return -1 end
for i = 5 + old, #ARGV do
  local owner = redis.call('HGET', keyring, 'h|' .. ARGV[i])
  if owner and owner ~= name then return 0 end
end
for i = 5, 4 + old do redis.call('HDEL', keyring, 'h|' .. ARGV[i]) end
for i = 5 + old, #ARGV do redis.call('HSET', keyring, 'h|' .. ARGV[i], name) end
redis.call('HSET', keyring, 'n|' .. name, after)
redis.call('HINCRBY', keyring, 'version', 1)
return 1`);

/** ARGV: field → its text, or nothing. */
export const readPoliciesScript = script(`
return redis.call('HGET', KEYS[12], ARGV[1]) or ''`);

/** ARGV: the index before (or nothing) and after, id and text of a version (or nothing), ids of dropped ones → 1 kept, −1 changed. */
export const keepPoliciesScript = script(`
local policies = KEYS[12]
if (redis.call('HGET', policies, 'index') or '') ~= ARGV[1] then return -1 end
if ARGV[3] ~= '' then redis.call('HSET', policies, 'p|' .. ARGV[3], ARGV[4]) end
for i = 5, #ARGV do redis.call('HDEL', policies, 'p|' .. ARGV[i]) end
redis.call('HSET', policies, 'index', ARGV[2])
redis.call('HINCRBY', policies, 'version', 1)
return 1`);

/** ARGV: what, notice, claimer, now, until or nothing, keepUntil or nothing → 1 where it is the claimer's. */
export const noticeScript = script(`
local what, id, claimer = ARGV[1], 'notice ' .. ARGV[2], ARGV[3]
local found = redis.call('HGET', records, id)
if what == 'claim' then
  local now = tonumber(ARGV[4])
  sweep(now)
  found = redis.call('HGET', records, id)
  local row = found and cjson.decode(found)
  if row and row[1] ~= claimer and (row[2] == '' or now < tonumber(row[2])) then return 0 end
  if row and row[1] == claimer and row[2] == '' then return 1 end
  redis.call('HSET', records, id, cjson.encode({ claimer, ARGV[5] }))
  if ARGV[6] ~= '' then redis.call('ZADD', due, ARGV[6], 'o|' .. id) end
  return 1
end
local row = found and cjson.decode(found)
if not row or row[1] ~= claimer or row[2] == '' then return 0 end
redis.call('HSET', records, id, cjson.encode({ claimer, ARGV[5] }))
return 1`);

/** ARGV: \`get\`, \`put\` or \`delete\`, id, now, and to put: base64, bytes, end, most entries, most bytes. */
export const cacheScript = script(`
local what, id, cache, ends = ARGV[1], ARGV[2], KEYS[6], KEYS[7]
local function remove(which)
  local found = redis.call('HGET', cache, 'v|' .. which)
  if not found then return end
  redis.call('HINCRBY', cache, 'bytes', '-' .. string.match(found, '^(%d+) '))
  redis.call('HDEL', cache, 'v|' .. which)
  redis.call('ZREM', ends, which)
end
if what == 'get' then
  local endsAt = redis.call('ZSCORE', ends, id)
  if not endsAt or tonumber(ARGV[3]) >= tonumber(endsAt) then return '-' end
  return string.match(redis.call('HGET', cache, 'v|' .. id), '^%d+( .*)$')
end
remove(id)
if what == 'delete' or tonumber(ARGV[5]) > tonumber(ARGV[8]) or tonumber(ARGV[7]) < 1 then return '-' end
redis.call('HSET', cache, 'v|' .. id, ARGV[5] .. ' ' .. ARGV[4])
redis.call('HINCRBY', cache, 'bytes', ARGV[5])
redis.call('ZADD', ends, ARGV[6], id)
while redis.call('ZCARD', ends) > tonumber(ARGV[7]) or tonumber(redis.call('HGET', cache, 'bytes')) > tonumber(ARGV[8]) do
  remove(redis.call('ZRANGE', ends, 0, 0)[1])
end
return '-'`);

/** ARGV: now, and for each change: name, mark before or nothing, its own mark, until when it holds, text → name, mark and text of what holds. */
export const healthScript = script(`
local health, now, out = KEYS[11], tonumber(ARGV[1]), {}
local function all(each)
  local rows = redis.call('HGETALL', health)
  for i = 1, #rows, 2 do each(rows[i], string.match(rows[i + 1], '^(%S+) (%d+) (.*)$')) end
end
all(function(name, mark, ends) if tonumber(ends) <= now then redis.call('HDEL', health, name) end end)
for i = 2, #ARGV, 5 do
  local found = redis.call('HGET', health, ARGV[i])
  if (found and string.match(found, '^(%S+) ') or '') == ARGV[i + 1] then
    redis.call('HSET', health, ARGV[i], ARGV[i + 2] .. ' ' .. ARGV[i + 3] .. ' ' .. ARGV[i + 4])
  end
end
all(function(name, mark, ends, row) out[#out + 1] = { name, mark, row } end)
return out`);

/** ARGV: the schema that is known → the one that is there; a store without one gets it. */
export const schemaScript = script(`
redis.call('HSETNX', records, 'schema', ARGV[1])
return redis.call('HGET', records, 'schema')`);
