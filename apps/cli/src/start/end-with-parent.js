/** Loaded into a child before its own code: the channel to the parent breaks when the parent ends. */
process.once('disconnect', () => process.exit(0));
process.channel?.unref();
