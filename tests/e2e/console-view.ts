/** The console as a user sees it, on its own page or in a frame. */
import { expect, type FrameLocator, type Locator, type Page } from '@playwright/test';

export class ConsoleView {
  readonly root: Page | FrameLocator;

  constructor(root: Page | FrameLocator) {
    this.root = root;
  }

  byTestId(id: string): Locator {
    return this.root.getByTestId(id);
  }

  get main(): Locator {
    return this.byTestId('console');
  }
  get gate(): Locator {
    return this.byTestId('sign-in-gate');
  }
  get composer(): Locator {
    return this.byTestId('composer');
  }
  get taskItems(): Locator {
    return this.byTestId('task-item');
  }
  get taskTitles(): Locator {
    return this.taskItems.locator('.task-title');
  }
  get questions(): Locator {
    return this.byTestId('user-message');
  }
  get answers(): Locator {
    return this.byTestId('assistant-message');
  }
  /** Text of the newest answer, without what stands under it. */
  get answerText(): Locator {
    return this.answers.last().locator('.md').last();
  }
  get sessionBar(): Locator {
    return this.byTestId('session-bar');
  }
  get connectionBar(): Locator {
    return this.byTestId('connection-bar');
  }

  button(name: string | RegExp): Locator {
    return this.root.getByRole('button', { name });
  }

  taskItem(title: string): Locator {
    return this.taskItems.filter({ hasText: title });
  }

  async entered(): Promise<void> {
    await expect(this.main).toBeVisible();
  }

  async send(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press('Enter');
    await expect(this.composer).toHaveValue('');
  }

  /** The newest answer has been written to its end. */
  async answered(status = 'complete'): Promise<void> {
    await expect(this.answers.last()).toHaveAttribute('data-status', status);
  }

  async createTask(title: string): Promise<void> {
    await this.byTestId('new-task').click();
    const dialog = this.byTestId('new-task-dialog');
    await dialog.getByRole('textbox').fill(title);
    await dialog.getByTestId('create-task').click();
    await expect(dialog).toBeHidden();
    await expect(this.byTestId('chat-title')).toHaveText(title);
  }
}
