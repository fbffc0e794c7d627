/** Sets a field of a record under any name: `__proto__` is a name like others, and no way to change what the record inherits. */
export function putField<Value>(record: Record<string, Value>, name: string, value: Value): void {
  if (name === '__proto__')
    Object.defineProperty(record, name, { value, enumerable: true, writable: true, configurable: true });
  else record[name] = value;
}
