"""axe-core in the page: what it finds is a fault, with the element that has it."""

from pathlib import Path
from typing import Any

from playwright.async_api import Locator, Page

AXE = Path(__file__).resolve().parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
# WCAG 2.2 level A and AA, as experience.md promises, and what axe holds for good practice.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


_SETTLED = """
() => {
  const inner = (one) => one.shadowRoot ? roots(one.shadowRoot) : [];
  const roots = (root) => [root, ...[...root.querySelectorAll("*")].flatMap(inner)];
  const moving = roots(document).flatMap((root) => root.getAnimations())
    .filter((one) => one.playState === "running" && Number.isFinite(one.effect.getComputedTiming().endTime));
  return Promise.allSettled(moving.map((one) => one.finished));
}
"""


async def settled(page: Page) -> None:
    """Until nothing is on its way to where it will be: a colour between two is neither."""
    await page.evaluate(_SETTLED)


async def faults(page: Page, within: Locator | None = None) -> list[str]:
    """Every violation on the page as it stands: rule, element, why. `within`: only in this element, for a dialog that
    opened over a page that was looked at before."""
    # As a string into the page's own world: the pages' policy forbids scripts that are not ours.
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE.read_text())
    await settled(page)
    element = None if within is None else await within.element_handle()
    found: dict[str, Any] = await page.evaluate(
        """([element, rules]) => axe.run(element ?? document,
                                         {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})""",
        [element, RULES],
    )
    return [
        f"{violation['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]
