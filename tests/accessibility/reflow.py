"""What a browser finds of a page at 400 % zoom (WCAG 1.4.10) and with wider text spacing (WCAG 1.4.12)."""

from playwright.sync_api import Page

# 1280 × 1024 pixels at 400 %.
ZOOMED = {"width": 320, "height": 256}

# The spacing that a reader may set; a constructed sheet, because the content policy refuses a style element.
SPACED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
    p { margin-bottom: 2em !important; }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""

# Sideways scroll of the page; scrolled places without a name or out of the keyboard's reach; text that is cut or sticks out.
FAULTS = """() => {
  const shown = (one) => one.checkVisibility({visibilityProperty: true, opacityProperty: true});
  const brief = (one) => one.outerHTML.replace(/\\s+/g, ' ').slice(0, 140);
  const hidden = '.nhsuk-u-visually-hidden, .nhsuk-skip-link, script, style, noscript, svg';
  const scrolls = (one) => ['auto', 'scroll'].includes(getComputedStyle(one).overflowX);
  const inScroller = (one) => { for (let at = one; at !== document.body; at = at.parentElement) if (scrolls(at)) return true; };
  const clipped = (one) => {
    for (let at = one; at && at !== document.body; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.clipPath !== 'none' || (style.position === 'absolute' && at.clientWidth <= 1)) return true;
    }
  };
  const width = document.documentElement.clientWidth;
  const faults = [];
  const whole = document.documentElement.scrollWidth;
  if (whole > width) faults.push(`scrolls sideways, ${whole} of ${width}`);
  for (const one of document.querySelectorAll('body *')) {
    if (one.matches(hidden) || one.closest(hidden) || !shown(one) || clipped(one)) continue;
    const style = getComputedStyle(one);
    const field = one.matches('input, textarea, select');
    if (scrolls(one) && one.scrollWidth > one.clientWidth + 1 && !field) {
      const named = one.getAttribute('aria-label') || one.getAttribute('aria-labelledby');
      const table = one.querySelector('table, svg, pre, code');
      if (one.tabIndex < 0 || !named || !one.getAttribute('role') || !table)
        faults.push(`scrolled place without name, focus or table: ${brief(one)}`);
    }
    const cuts = ['hidden', 'clip'].includes(style.overflowX) || ['hidden', 'clip'].includes(style.overflowY);
    if (cuts && one.innerText && (one.scrollWidth > one.clientWidth + 2 || one.scrollHeight > one.clientHeight + 2) && !field)
      faults.push(`text cut off: ${brief(one)}`);
    const words = [...one.childNodes].filter((node) => node.nodeType === 3 && node.data.trim());
    if (!words.length || field || inScroller(one)) continue;
    const box = one.getBoundingClientRect();
    const range = document.createRange();
    for (const node of words) {
      range.selectNodeContents(node);
      const text = range.getBoundingClientRect();
      if (!text.width || style.fontSize === '0px') continue;
      if (text.right > width + 1) faults.push(`text outside the window: ${brief(one)}`);
      const ground = style.backgroundColor !== 'rgba(0, 0, 0, 0)';
      const framed = style.display !== 'inline' && (parseFloat(style.borderTopWidth) || ground);
      if (framed && (text.right > box.right + 2 || text.bottom > box.bottom + 4))
        faults.push(`text sticks out of its box: ${brief(one)}`);
    }
  }
  for (const select of document.querySelectorAll('select')) {
    if (shown(select) && !inScroller(select) && select.getBoundingClientRect().right > width)
      faults.push(`field outside the window: ${brief(select)}`);
  }
  return faults;
}"""


def faults_when_zoomed(page: Page) -> list[str]:
    """What is wrong with the open page at 320 pixels, as it is and with the reader's text spacing."""
    found = [f"320: {fault}" for fault in page.evaluate(FAULTS)]
    page.evaluate(SPACED)
    return found + [f"320 spaced: {fault}" for fault in page.evaluate(FAULTS) if f"320: {fault}" not in found]
