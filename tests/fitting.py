"""What fits a page (版面): nothing wider than the window, no date on two lines, however long names are."""

from __future__ import annotations

from playwright.sync_api import Page
from sqlalchemy import text

from tests.behind import unguarded
from tests.browser_desk import PHONE, WIDE
from tests.desk_office import Office

UNIT = "云岭市人民政府办公室政务公开与政府信息公开工作领导小组办公室综合协调与监督检查科暨专班"
PERSON = "Abdurahmanjan-Muhammadtursun-Kasimjanovich-Turdimuhamed"
ROW = "https://www.example.gov.cn/zwgk/zfxxgk/fdzdgknr/lzyj/gfxwj/202606/t20260630_1234567.html"

OVER = """() => {
  const scrolls = (one) => { for (let up = one; up && up !== document.documentElement; up = up.parentElement) {
    const style = getComputedStyle(up); if (style.position === 'fixed' || (up !== one && style.overflowX !== 'visible')) return true; } return false; };
  if (!document.styleSheets.length) return []; // a piece of a page
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  const over = wide > 0 ? Array.from(document.querySelectorAll('body *')).filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1 && !scrolls(one))
    .slice(0, 3).map((one) => `${wide} px too wide: ${one.tagName}.${one.className} ${one.textContent.trim().slice(0, 30)}`) : [];
  const day = /\\d{4}(-\\d{2}-\\d{2}|年\\d{1,2}月\\d{1,2}日)/g, broken = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) for (const found of node.data.matchAll(day)) {
    const range = document.createRange(); range.setStart(node, found.index); range.setEnd(node, found.index + found[0].length);
    const tops = new Set(Array.from(range.getClientRects()).filter((box) => box.width).map((box) => Math.round(box.top)));
    if (tops.size > 1) broken.push(`${found[0]} on ${tops.size} lines in ${node.parentElement.tagName}.${node.parentElement.className}`);
  }
  return [...(wide > 0 && !over.length ? [`${wide} px too wide`] : []), ...over, ...broken.slice(0, 3)];
}"""
"""Asked in the browser: what sticks out of the page, and which dates are broken."""


def unfit(page: Page) -> list[str]:
    """What does not fit on this page, in a wide window and on a telephone; the window is wide again afterwards."""
    said = []
    for size in (PHONE, WIDE):
        page.set_viewport_size(size)
        said += [f"{size['width']}: {one}" for one in page.evaluate(OVER)]
    return said


def lengthen(office: Office) -> None:
    """Give every unit, person, row and piece of evidence the longest name that occurs, and no place to break a person's or a row's."""
    long = {
        "unit": ("name", f"name || '{UNIT}'"),
        '"user"': ("name", f"substr(name || '{PERSON}', 1, 64)"),
        "ledger_item": ("title", f"coalesce(title, '') || '{ROW}'"),
        "evidence": ("name", f"'{ROW.replace('/', '-').replace(':', '')}' || name"),
        "ledger": ("title", f"title || '{UNIT}'"),
    }
    with unguarded(office.here.database) as connection:
        for table, (column, value) in long.items():
            connection.execute(text(f"UPDATE {table} SET {column} = {value}"))
