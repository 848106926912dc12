import type { SimulatedBot } from '../simulator-types.ts';
import type { Owner } from '../server/call.ts';
import { SimulatedError } from '../server/simulated-error.ts';

/** Well known, so that examples and tests can name it. Its form is that of a real id. */
export const DEFAULT_BOT: SimulatedBot = {
  id: '7000000000000000001',
  name: 'Coze 模拟器 · Simulator',
  description: '离线的扣子模拟器，不是真实的智能体。An offline simulator, not a real Coze bot.',
  prologue:
    '你好，我是 Coze 模拟器，不是真实的智能体。发送 `sim:help` 查看我能演示什么。\n\nHello, I am a Coze simulator, not a real bot. Send `sim:help` to see what I can demonstrate.',
  suggestedQuestions: ['给我看一段代码', 'Show me a table', 'sim:help'],
};

export class Bots {
  readonly #bots: Map<string, SimulatedBot>;
  readonly #unpublished = new Set<string>();

  constructor(bots: SimulatedBot[]) {
    this.#bots = new Map(bots.map((bot) => [bot.id, bot]));
  }

  unpublish(botId: string, connectorId: string): void {
    this.#unpublished.add(JSON.stringify([botId, connectorId]));
  }

  /**
   * @throws SimulatedError 4101 for a bot outside the token's scope, `missingCode` for an unknown one,
   *   4015 for one that is not published to the channel
   */
  find(owner: Owner, botId: string, connectorId: string, missingCode: number): SimulatedBot {
    if (owner.botIds && !owner.botIds.includes(botId)) throw new SimulatedError(4101);
    const bot = this.#bots.get(botId);
    if (!bot) throw new SimulatedError(missingCode);
    if (this.#unpublished.has(JSON.stringify([botId, connectorId]))) throw new SimulatedError(4015);
    return bot;
  }
}
