// Does nothing until it is told to stop: how long its event loop stands still is the machine's doing alone.
setInterval(() => undefined, 1000);
process.once('SIGTERM', () => process.exit(0));
