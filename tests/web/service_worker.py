"""Waiting for a page's service worker."""

from playwright.async_api import Page

_CONTROLLED = """
() => navigator.serviceWorker.controller !== null
  || new Promise((done) => navigator.serviceWorker.addEventListener("controllerchange", () => done(true), {once: true}))
"""


async def controlled(page: Page) -> None:
    """Until the worker answers for this page. Asked once, not polled: the page's policy forbids the polling's eval."""
    await page.evaluate(_CONTROLLED)
