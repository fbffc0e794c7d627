/** What is due when, the earliest first: a binary heap in which entries that were changed since are passed over. */
export interface DueIndex<Value> {
  /** Null takes it off. */
  set(id: string, due: number | null, value: Value): void;
  /** Those that are due by then, which stay listed until they are set anew. */
  until(now: number, atMost: number): readonly Value[];
  first(): { readonly due: number; readonly value: Value } | undefined;
}

interface Entry<Value> {
  readonly id: string;
  readonly due: number;
  readonly value: Value;
}

export function createDueIndex<Value>(): DueIndex<Value> {
  const live = new Map<string, Entry<Value>>();
  let heap: Entry<Value>[] = [];
  const isLive = (entry: Entry<Value>): boolean => live.get(entry.id) === entry;
  const first = (): Entry<Value> | undefined => {
    for (let top = heap[0]; top !== undefined; top = heap[0]) {
      if (isLive(top)) return top;
      pop(heap);
    }
    return undefined;
  };
  return {
    set(id, due, value) {
      const before = live.get(id);
      if (due === null) live.delete(id);
      if (due === null || before?.due === due) return;
      const entry = { id, due, value };
      live.set(id, entry);
      push(heap, entry);
      // Entries that were changed must not outweigh those that count.
      if (heap.length > 64 && heap.length > 2 * live.size) heap = heap.filter(isLive).sort((a, b) => a.due - b.due);
    },
    until(now, atMost) {
      const found: Entry<Value>[] = [];
      for (let top = first(); top !== undefined && top.due <= now && found.length < atMost; top = first()) {
        found.push(top);
        pop(heap);
      }
      for (const entry of found) push(heap, entry);
      return found.map(({ value }) => value);
    },
    first,
  };
}

function push<Value>(heap: Entry<Value>[], entry: Entry<Value>): void {
  let place = heap.length;
  while (place > 0) {
    const parent = (place - 1) >> 1;
    const above = heap[parent];
    if (above === undefined || above.due <= entry.due) break;
    heap[place] = above;
    place = parent;
  }
  heap[place] = entry;
}

function pop<Value>(heap: Entry<Value>[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let place = 0;
  for (;;) {
    const left = heap[2 * place + 1];
    const right = heap[2 * place + 2];
    const isRight = left !== undefined && right !== undefined && right.due < left.due;
    const least = isRight ? right : left;
    if (least === undefined || last.due <= least.due) break;
    heap[place] = least;
    place = 2 * place + (isRight ? 2 : 1);
  }
  heap[place] = last;
}
