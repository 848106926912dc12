/** The whole line behind a browser: simulator, proxy and broker, on free ports, with their own data. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseSettings } from '@zcbot/config';
import { startCozeSimulator, type CozeSimulator } from '@zcbot/coze-simulator';
import { startGateway, type RunningGateway } from '@zcbot/gateway';
import { gatewaySettings } from '@zcbot/gateway/config';

export interface LineOptions {
  /** Default is `jwt`. */
  credentials?: 'jwt' | 'pat';
  environment?: Record<string, string>;
  /** Default is 400. */
  charactersPerSecond?: number;
}

export class GatewayLine {
  readonly simulator: CozeSimulator;
  readonly #data: string;
  readonly #options: LineOptions;
  #gateway: RunningGateway | null = null;
  #ports = { proxy: '0', broker: '0' };

  private constructor(simulator: CozeSimulator, data: string, options: LineOptions) {
    this.simulator = simulator;
    this.#data = data;
    this.#options = options;
  }

  static async start(options: LineOptions = {}): Promise<GatewayLine> {
    const { charactersPerSecond = 400 } = options;
    const simulator = await startCozeSimulator({ charactersPerSecond });
    const data = await mkdtemp(path.join(tmpdir(), 'zcbot-gateway-'));
    const line = new GatewayLine(simulator, data, options);
    await line.startGateway();
    return line;
  }

  get proxyUrl(): string {
    return this.#gateway?.proxyUrl ?? `http://127.0.0.1:${this.#ports.proxy}`;
  }

  get brokerUrl(): string {
    return this.#gateway?.brokerUrl ?? `http://127.0.0.1:${this.#ports.broker}`;
  }

  /** On the same ports as before. */
  async startGateway(): Promise<void> {
    const credentials =
      this.#options.credentials === 'pat'
        ? { COZE_PAT: this.simulator.pat }
        : { COZE_OAUTH_CONFIG: await this.#writeOAuthConfig() };
    const settings = parseSettings(gatewaySettings, {
      COZE_API_BASE: this.simulator.url,
      COZE_BOT_ID: this.simulator.botId,
      COZE_PROXY_PORT: this.#ports.proxy,
      COZE_AUTH_PORT: this.#ports.broker,
      COZE_PROXY_RATE_LIMIT: '100000',
      ZCBOT_DATA_DIR: this.#data,
      ...credentials,
      ...this.#options.environment,
    });
    const gateway = await startGateway({
      settings,
      root: this.#data,
      version: '0.1.0-test',
      simulator: true,
    });
    this.#gateway = gateway;
    this.#ports = {
      proxy: new URL(gateway.proxyUrl!).port,
      broker: new URL(gateway.brokerUrl!).port,
    };
  }

  async #writeOAuthConfig(): Promise<string> {
    const file = path.join(this.#data, 'app.json');
    await writeFile(file, JSON.stringify(this.simulator.oauthConfig), { mode: 0o600 });
    return file;
  }

  async stopGateway(): Promise<void> {
    await this.#gateway?.stop();
    this.#gateway = null;
  }

  async stop(): Promise<void> {
    await this.stopGateway();
    await this.simulator.stop();
    await rm(this.#data, { recursive: true, force: true });
  }
}
