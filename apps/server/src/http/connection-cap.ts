import type { Socket } from 'node:net';

/**
 * Connections per address. Above what a company behind one address needs; low enough that one
 * address cannot use up all the file descriptors of the process.
 */
const PER_ADDRESS_MAX = 4_096;

export class ConnectionCap {
  readonly #isShared: (address: string) => boolean;
  readonly #max: number;
  readonly #open = new Map<string, number>();

  /** @param isShared addresses many clients share, such as a proxy's, have no limit. */
  constructor(isShared: (address: string) => boolean, max = PER_ADDRESS_MAX) {
    this.#isShared = isShared;
    this.#max = max;
  }

  /** Counts the connection until it closes, or destroys it. */
  admit(socket: Socket): void {
    const address = socket.remoteAddress;
    if (address === undefined || this.#isShared(address)) return;
    const count = this.#open.get(address) ?? 0;
    if (count >= this.#max) {
      socket.destroy();
      return;
    }
    this.#open.set(address, count + 1);
    socket.once('close', () => {
      const left = (this.#open.get(address) ?? 1) - 1;
      if (left > 0) this.#open.set(address, left);
      else this.#open.delete(address);
    });
  }
}
