import { describe, expect, it } from "vitest";

import { fold } from "./fold";

describe("fold", () => {
  it.each([
    ["Đường Lê Hồng Phong", "duong le hong phong"],
    ["Ổ gà trước số 12", "o ga truoc so 12"],
    ["NGẬP NƯỚC", "ngap nuoc"],
    ["Ổ gà".normalize("NFD"), "o ga"],
  ])("%s", (text, folded) => expect(fold(text)).toBe(folded));
});
