/** Each makes the next schema of the one before it, forward only; the version of a file is how many it has seen. */
export const migrations: readonly string[] = [
  `create table records (
     kind text not null, id text not null, row text not null, due integer,
     primary key (kind, id)
   ) without rowid;
   create index records_due on records (due) where due is not null;
   create table sums (
     hour integer not null, labels text not null, requests integer not null, inputTokens integer not null,
     outputTokens integer not null, cachedTokens integer not null, cost integer not null, saved integer not null,
     primary key (hour, labels)
   ) without rowid;
   create table cache (id text primary key, bytes blob not null, ends_at integer not null);
   create index cache_ends on cache (ends_at, id);
   create table cache_size (entries integer not null, bytes integer not null);
   insert into cache_size values (0, 0);
   create trigger cache_grows after insert on cache begin
     update cache_size set entries = entries + 1, bytes = bytes + length(new.bytes);
   end;
   create trigger cache_shrinks after delete on cache begin
     update cache_size set entries = entries - 1, bytes = bytes - length(old.bytes);
   end;`,
  `create index records_held on records (due) where kind = 'reservation';`,
];
