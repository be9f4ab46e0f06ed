/** Styles that are computed, set through the object model: the pages' security policy allows no style attributes, and
 *  Lit's own styleMap writes one the first time.   <div ${styled({ left: "10%", "--ratio": "1.5" })}> */
import { noChange } from "lit";
import { Directive, directive, PartType, type ElementPart, type PartInfo } from "lit/directive.js";

class Styled extends Directive {
  private wanted: Record<string, string> = {};

  constructor(part: PartInfo) {
    super(part);
    if (part.type !== PartType.ELEMENT) throw new Error("styled() stands among the attributes of an element");
  }

  override update(part: ElementPart, [styles]: [Record<string, string>]): typeof noChange {
    const { style } = part.element as HTMLElement;
    this.render(styles);
    for (const [name, value] of Object.entries(this.wanted)) style.setProperty(name, value);
    return noChange;
  }

  render(styles: Record<string, string>): typeof noChange {
    this.wanted = styles;
    return noChange;
  }
}

export const styled = directive(Styled);
