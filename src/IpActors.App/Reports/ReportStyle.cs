namespace IpActors.App.Reports;

/// <summary>The report's one style sheet: readable in light and dark, colours that colour-blind readers tell apart (Okabe and Ito).</summary>
static class ReportStyle
{
    public const string Css = """
        :root { color-scheme: light dark; --ink: #1c1f24; --paper: #ffffff; --faint: #6b7280; --grid: #e3e6ea; --mark: #fff3d6; --c0: #0072b2; --c1: #d55e00; --c2: #009e73; --c3: #9aa3ad; --c4: #cc79a7; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6e8eb; --paper: #15181c; --faint: #9aa3ad; --grid: #2c3138; --mark: #3a3118; --c0: #56b4e9; --c1: #e69f00; --c2: #33c79b; --c3: #6b7280; --c4: #d897bd; } }
        body { margin: 0 auto; max-width: 76rem; padding: 1.5rem; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
        h1 { margin-bottom: 0; } h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--grid); }
        .plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(22rem, 1fr)); gap: 1rem; }
        figure { margin: 0; max-width: 38rem; } figcaption { color: var(--faint); font-size: 0.9rem; text-align: center; }
        svg { width: 100%; height: auto; } svg text { fill: var(--ink); font-size: 12px; } svg .label { font-size: 13px; } svg .none { fill: var(--faint); font-size: 16px; }
        .grid { stroke: var(--grid); } .frame { fill: none; stroke: var(--faint); } .bar { stroke-width: 1.2; opacity: 0.7; } .drop { stroke-width: 0.8; opacity: 0.45; stroke-dasharray: 2 3; }
        .s0 { fill: var(--c0); stroke: var(--c0); } .s1 { fill: var(--c1); stroke: var(--c1); } .s2 { fill: var(--c2); stroke: var(--c2); } .s3 { fill: var(--c3); stroke: var(--c3); } .s4 { fill: var(--c4); stroke: var(--c4); }
        polyline { fill: none; stroke-width: 1.8; }
        .wide { overflow-x: auto; } table { border-collapse: collapse; font-size: 0.9rem; } caption { text-align: left; color: var(--faint); }
        th, td { padding: 0.2rem 0.7rem; text-align: left; border-bottom: 1px solid var(--grid); white-space: nowrap; } tr.front td { background: var(--mark); }
        pre { overflow-x: auto; padding: 1rem; border: 1px solid var(--grid); font-size: 0.85rem; } details { margin: 0.5rem 0; } summary { cursor: pointer; }
        """;
}
