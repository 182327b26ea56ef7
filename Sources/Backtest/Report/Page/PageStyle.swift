/// How the page looks: by light and by night, on paper, and on narrow screens.
enum PageStyle {
    static let css = """
        :root{color-scheme:light dark;--paper:#fbfbf9;--card:#fff;--ink:#1d2430;--soft:#5d6675;\
        --line:#e3e5e8;--good:#0b7a5c;--bad:#b3352c;--main:#2b5fb8;--second:#c27c0e;--mute:#9aa3b0;\
        --warn:#fff4d6;--warn-line:#d9a520}
        @media(prefers-color-scheme:dark){:root{--paper:#11151c;--card:#181e27;--ink:#e7eaf0;\
        --soft:#a0a9b8;--line:#2b3340;--good:#3dbd94;--bad:#ef7b70;--main:#6f9ff0;--second:#e6a94a;\
        --mute:#6b7585;--warn:#2d2716;--warn-line:#8f7222}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--paper);color:var(--ink);\
        font:15px/1.5 system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif}
        main{max-width:1240px;margin:0 auto;padding:28px 22px 60px}
        h1{font-size:30px;line-height:1.15;margin:0 0 4px;letter-spacing:-.01em}
        h2{font-size:17px;margin:0 0 2px}
        p{margin:.3em 0}.sub{color:var(--soft)}
        .bound{background:var(--warn);border-left:4px solid var(--warn-line);padding:12px 18px;\
        border-radius:6px;margin:18px 0}.bound ul{margin:.4em 0 .1em;padding-left:1.2em}
        .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(165px,1fr));gap:12px;\
        margin:18px 0}
        .tile{background:var(--card);border:1px solid var(--line);border-radius:8px;\
        padding:12px 14px}
        .tile b{display:block;font-size:23px;font-variant-numeric:tabular-nums;line-height:1.25}
        .tile span{color:var(--soft);font-size:13px}
        .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(520px,100%),1fr));\
        gap:16px;margin:16px 0}
        figure,section.card{background:var(--card);border:1px solid var(--line);border-radius:8px;\
        padding:16px 18px;margin:0}
        section.card{margin:16px 0}
        figcaption{color:var(--soft);font-size:13.5px;margin:0 0 8px}
        svg{display:block;width:100%;height:auto}
        svg text{font:12px system-ui,"DejaVu Sans",sans-serif;fill:var(--soft);\
        font-variant-numeric:tabular-nums}
        svg .value{fill:var(--ink)}svg .axis{font-size:11.5px}
        .grid{stroke:var(--line)}.zero{stroke:var(--mute)}\
        .link{stroke:var(--mute);stroke-dasharray:3 3}
        .served,.gain,.good{fill:var(--good)}.loss,.bad{fill:var(--bad)}\
        .total,.main{fill:var(--main)}
        .second{fill:var(--second)}.mute{fill:var(--mute)}
        circle.served,circle.mute,circle.main{fill-opacity:.72}
        path{fill:none;stroke-width:2.2;stroke-linejoin:round}
        .expected{stroke:var(--main)}.later{stroke:var(--second)}\
        .expected-dot{fill:var(--main)}.later-dot{fill:var(--second)}
        .key{font-size:13px;color:var(--soft)}.key i{display:inline-block;width:11px;height:11px;\
        border-radius:3px;margin:0 5px 0 12px;vertical-align:-1px}.key i:first-child{margin-left:0}
        .key .k-main{background:var(--main)}.key .k-second{background:var(--second)}\
        .key .k-good{background:var(--good)}.key .k-mute{background:var(--mute)}
        details{margin-top:8px}summary{cursor:pointer;color:var(--soft);font-size:13px}
        .scroll{overflow-x:auto}
        table{border-collapse:collapse;width:100%;font-size:13px;font-variant-numeric:tabular-nums}
        caption{text-align:left;color:var(--soft);padding:4px 0}
        th,td{padding:5px 9px;border-bottom:1px solid var(--line);text-align:right;\
        white-space:nowrap}
        th:first-child{text-align:left}thead th{color:var(--soft);font-weight:600}
        tbody th{font-weight:500}
        a{color:var(--main)}
        @media print{body{background:#fff}\
        .charts{grid-template-columns:1fr 1fr}details{display:none}}
        """
}
