/** Large text at once, without a reload; the link does the same without scripts. */
import { t } from "./page";

const COOKIE = "hientruong_text";
const A_YEAR_S = 31_536_000;

export function textSize(): void {
  const link = document.querySelector<HTMLAnchorElement>("[data-text-size]");
  link?.addEventListener("click", (event) => {
    event.preventDefault();
    const page = document.documentElement;
    const large = page.dataset["text"] !== "large";
    if (large) page.dataset["text"] = "large";
    else delete page.dataset["text"];
    document.cookie = `${COOKIE}=${large ? "large" : "normal"}; path=/; max-age=${A_YEAR_S}; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
    link.querySelector("[aria-hidden]")?.replaceChildren(large ? "A−" : "A+");
    link.querySelector(".sr")?.replaceChildren(t(large ? "text_normal" : "text_large"));
    link.href = link.href.replace(/text=\w+/, `text=${large ? "normal" : "large"}`);
  });
}
