"""axe-core in a page: what would keep people from using what is on it."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator

SOURCE = Path(__file__).parents[2] / "js/node_modules/axe-core/axe.min.js"
GRAVE = ("serious", "critical")
# JupyterLab's body has no height and hides what is over: axe would take all of it for hidden.
_RUN = """async root => {
  document.body.style.overflow = 'visible';
  try {
    const { violations, passes } = await axe.run(root, { resultTypes: ['violations'] });
    const contrast = passes.find(rule => rule.id === 'color-contrast');
    return [
      violations.map(rule => [rule.impact, rule.id, rule.help, rule.nodes.map(n => n.html)]),
      contrast ? contrast.nodes.length : 0,
    ];
  } finally {
    document.body.style.overflow = '';
  }
}"""


def findings(root: Locator) -> list[str]:
    """Return what is grave, of all that is in an element."""
    page = root.page
    if not page.evaluate("'axe' in window"):
        page.evaluate(SOURCE.read_text())
    rules, looked_at = root.evaluate(_RUN)
    # What axe does not see has no faults.
    assert looked_at > 0, "axe has seen no text"
    return [f"{rule} ({help}): {nodes}" for impact, rule, help, nodes in rules if impact in GRAVE]
