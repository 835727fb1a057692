/** RC4, as peers encrypt with it: in JavaScript, because OpenSSL 3 no longer has it. It hides what is said; it proves nothing. */
export class Rc4 {
  private readonly state = new Uint8Array(256);
  private i = 0;
  private j = 0;

  /** `skippedBytes` of the key stream are thrown away first. */
  constructor(key: Uint8Array, skippedBytes: number) {
    const { state } = this;
    for (let i = 0; i < 256; i += 1) state[i] = i;
    for (let i = 0, j = 0; i < 256; i += 1) {
      const here = state[i] ?? 0;
      j = (j + here + (key[i % key.length] ?? 0)) & 255;
      state[i] = state[j] ?? 0;
      state[j] = here;
    }
    this.apply(new Uint8Array(skippedBytes));
  }

  /** Encrypts or decrypts the bytes where they are. */
  apply(bytes: Uint8Array): void {
    const { state } = this;
    let { i, j } = this;
    for (let at = 0; at < bytes.length; at += 1) {
      i = (i + 1) & 255;
      const a = state[i] as number;
      j = (j + a) & 255;
      const b = state[j] as number;
      state[i] = b;
      state[j] = a;
      bytes[at] = (bytes[at] as number) ^ (state[(a + b) & 255] as number);
    }
    this.i = i;
    this.j = j;
  }
}
