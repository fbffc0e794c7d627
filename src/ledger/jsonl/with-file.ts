import { type FileHandle, open } from 'node:fs/promises';

/** Opens a file for some work, and closes it whatever came of that. */
export async function withFile<Answer>(
  path: string,
  flags: 'r' | 'a',
  work: (file: FileHandle) => Promise<Answer>,
): Promise<Answer> {
  const file = await open(path, flags);
  try {
    return await work(file);
  } finally {
    await file.close();
  }
}
