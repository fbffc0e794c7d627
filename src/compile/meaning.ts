/** Raised when a decision could change although no policy did. */
export const meaning = 2;
