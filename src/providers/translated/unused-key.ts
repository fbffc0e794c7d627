/** The packages want a key; what they make of it is replaced, call by call, by the keys of the config. */
export const unusedKey = 'unused';
