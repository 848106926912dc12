/** For tests: the ways in which one IPv4 address can be written. */

/** Every way the WHATWG parser lets one write an IPv4 address: parts joined, and each in three bases. */
export function* spellings(address: string): Generator<string> {
  const [a, b, c, d] = address.split('.').map(Number) as [number, number, number, number];
  const groupings = [
    [a, b, c, d],
    [a, b, c * 256 + d],
    [a, b * 65536 + c * 256 + d],
    [a * 16777216 + b * 65536 + c * 256 + d],
  ];
  const bases = [
    (n: number) => String(n),
    (n: number) => `0x${n.toString(16)}`,
    (n: number) => `0${n.toString(8)}`,
  ];
  for (const parts of groupings) {
    for (let code = 0; code < 3 ** parts.length; code += 1) {
      yield parts.map((part, i) => bases[Math.floor(code / 3 ** i) % 3]!(part)).join('.');
    }
  }
}

/** The same IPv4 address inside IPv6, in the forms people write. */
export function* mappedSpellings(address: string): Generator<string> {
  const [a, b, c, d] = address.split('.').map(Number) as [number, number, number, number];
  const hex = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  for (const prefix of [
    '::ffff:',
    '::FFFF:',
    '0:0:0:0:0:ffff:',
    '0000:0000:0000:0000:0000:ffff:',
  ]) {
    yield prefix + address;
    yield prefix + hex;
  }
}
