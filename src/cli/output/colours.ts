import picocolors from 'picocolors';

type Colours = ReturnType<typeof picocolors.createColors>;

/** Colour only where a person looks at it: neither a file nor a CI log wants escape codes. */
function coloursOf(stream: { readonly isTTY?: boolean }): Colours {
  const { NO_COLOR: off, TERM: kind } = process.env;
  return picocolors.createColors(stream.isTTY === true && !off && kind !== 'dumb');
}

/** For what is written to standard output. */
export const resultColours = coloursOf(process.stdout);

/** For what is written to standard error. */
export const messageColours = coloursOf(process.stderr);
