import { expect, type Locator, type Page } from '@playwright/test';

/** The chat window as a person sees it. */
export class WidgetView {
  readonly page: Page;
  readonly window: Locator;
  readonly field: Locator;
  readonly answers: Locator;
  readonly questions: Locator;
  readonly trouble: Locator;

  constructor(page: Page) {
    this.page = page;
    this.window = page.locator('section.window');
    this.field = page.locator('section.window textarea');
    this.answers = page.locator('.message.assistant');
    this.questions = page.locator('.message.user .text');
    this.trouble = page.locator('.trouble');
  }

  async open(): Promise<void> {
    await this.page.locator('.bubble-button').click();
    await expect(this.window).toBeVisible();
  }

  async ask(text: string): Promise<void> {
    await this.field.fill(text);
    await this.field.press('Enter');
  }

  /** Waits for the whole answer to the latest question. */
  async answered(text: string | RegExp): Promise<void> {
    await expect(this.answers.last().locator('.markdown')).toContainText(text);
    await expect(this.page.locator('.send[aria-label="停止"]')).toHaveCount(0);
    await expect(this.answers.last().locator('.foot')).toBeVisible();
  }
}
