import { BlockReader, languageName, type Block } from './blocks.ts';
import { CodeFrame } from './code-frame.ts';
import { sanitize, setHtml } from './sanitize.ts';

interface Slot {
  block: Block;
  element: HTMLElement;
  frame: CodeFrame | null;
}

/** Blocks in one section. */
const SECTION_LENGTH = 16;

/**
 * Keeps an element showing a Markdown text. Blocks that have not changed keep their DOM, selection
 * included; a growing code block only gets the new characters.
 *
 * Blocks lie in sections. While the text grows, a section behind its end is left out of layout and
 * paint as long as it cannot be seen; having been laid out before, it keeps its size and nothing moves.
 */
export class MarkdownView {
  readonly #root: HTMLElement;
  readonly #reader = new BlockReader();
  readonly #slots: Slot[] = [];
  readonly #sections: HTMLElement[] = [];

  constructor(root: HTMLElement) {
    this.#root = root;
  }

  show(text: string, final: boolean): void {
    const laidOut = this.#slots.length;
    const blocks = this.#reader.read(text, final);
    blocks.forEach((block, index) => this.#put(index, block));
    for (const { element } of this.#slots.splice(blocks.length)) element.remove();
    const behind = final ? 0 : Math.floor(laidOut / SECTION_LENGTH) - 1;
    this.#sections.forEach((section, index) => section.classList.toggle('far', index < behind));
  }

  #section(index: number): HTMLElement {
    const position = Math.floor(index / SECTION_LENGTH);
    let section = this.#sections[position];
    if (!section) {
      section = document.createElement('div');
      section.className = 'md-section';
      this.#sections[position] = section;
      this.#root.append(section);
    }
    return section;
  }

  #put(index: number, block: Block): void {
    const slot = this.#slots[index];
    if (slot && (slot.block === block || isSame(slot.block, block))) return;
    if (slot && block.kind === 'code' && slot.block.kind === 'code') {
      if (slot.block.language === block.language) {
        slot.frame!.show(block.code, block.closed);
        slot.block = block;
        return;
      }
    }
    if (slot && block.kind === 'html' && slot.block.kind === 'html') {
      fill(slot.element, block.html);
      slot.block = block;
      return;
    }
    const made = makeSlot(block);
    if (slot) slot.element.replaceWith(made.element);
    else this.#section(index).append(made.element);
    this.#slots[index] = made;
  }
}

function makeSlot(block: Block): Slot {
  if (block.kind === 'code') {
    const frame = new CodeFrame(block.language);
    frame.show(block.code, block.closed);
    return { block, element: frame.element, frame };
  }
  const element = document.createElement('div');
  element.className = 'md-block';
  fill(element, block.html);
  return { block, element, frame: null };
}

function fill(element: HTMLElement, html: string): void {
  setHtml(element, sanitize(html));
  // Code inside lists and quotes gets the same frame as code on its own.
  for (const pre of element.querySelectorAll('pre')) {
    const code = pre.querySelector('code');
    const name = /language-(\S+)/.exec(code?.className ?? '')?.[1] ?? '';
    const frame = new CodeFrame(languageName(name));
    frame.show((code ?? pre).textContent?.replace(/\n$/, '') ?? '', true);
    pre.replaceWith(frame.element);
  }
  for (const table of element.querySelectorAll('table')) {
    const scroller = document.createElement('div');
    scroller.className = 'table-scroll';
    scroller.tabIndex = 0;
    table.replaceWith(scroller);
    scroller.append(table);
  }
}

function isSame(one: Block, other: Block): boolean {
  if (one.kind === 'code') {
    return (
      other.kind === 'code' &&
      one.code === other.code &&
      one.language === other.language &&
      one.closed === other.closed
    );
  }
  return other.kind === 'html' && one.html === other.html;
}
