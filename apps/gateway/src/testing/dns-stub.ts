/** For tests: a DNS server on loopback that answers A questions as the test says (RFC 1035 §4). */
import { createSocket } from 'node:dgram';
import { Resolver, type lookup, type LookupAddress } from 'node:dns';
import { once } from 'node:events';

export interface DnsStub {
  /** In the shape of `dns.lookup` with `all`, asking this server. */
  resolve: typeof lookup;
  /** Questions asked so far. */
  asked(): number;
  stop(): void;
}

const HEADER_BYTES = 12;
const ANSWER = 0x8180;

/** @param answer the addresses of the nth answer, counted from 0; each lives no second */
export async function startDnsStub(answer: (question: number) => string[]): Promise<DnsStub> {
  const socket = createSocket('udp4');
  let asked = 0;
  socket.on('message', (query, from) => {
    const addresses = answer(asked);
    asked += 1;
    const question = query.subarray(HEADER_BYTES, query.indexOf(0, HEADER_BYTES) + 5);
    const head = Buffer.alloc(HEADER_BYTES);
    query.copy(head, 0, 0, 2);
    head.writeUInt16BE(ANSWER, 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(addresses.length, 6);
    // The name by a pointer to the question, type A, class IN, life 0, four bytes.
    const record = (address: string): Buffer =>
      Buffer.from([
        0xc0,
        HEADER_BYTES,
        0,
        1,
        0,
        1,
        0,
        0,
        0,
        0,
        0,
        4,
        ...address.split('.').map(Number),
      ]);
    socket.send(Buffer.concat([head, question, ...addresses.map(record)]), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const resolver = new Resolver();
  resolver.setServers([`127.0.0.1:${socket.address().port}`]);
  const resolve = (
    name: string,
    _options: unknown,
    callback: (error: Error | null, addresses: LookupAddress[]) => void,
  ): void =>
    resolver.resolve4(name, (error, found: string[] | undefined) =>
      callback(
        error,
        (found ?? []).map((address) => ({ address, family: 4 })),
      ),
    );
  return {
    resolve: resolve as typeof lookup,
    asked: () => asked,
    stop() {
      resolver.cancel();
      socket.close();
    },
  };
}
