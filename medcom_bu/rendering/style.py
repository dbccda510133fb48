"""The style of a page: on a phone, on a desk, in the dark and on paper.

On paper an article is a table whose head, the patient, is on every page: browsers repeat it. Contrast is at least
4.5 to 1 in light and in dark (WCAG 2.2, 1.4.3), focus is visible (2.4.7, 2.4.11).
"""

CSS = """
:root{color-scheme:light dark;--ink:#111;--paper:#fff;--quiet:#4a4a4a;--line:#8a8a8a;--blue:#0b3d66;--red:#a00000;
--rose:#fff3f3;--block:#f4f4f4}
@media screen and (prefers-color-scheme:dark){:root{--ink:#eee;--paper:#161616;--quiet:#bdbdbd;--line:#8a8a8a;
--blue:#9cc9f0;--red:#ff9a9a;--rose:#331a1a;--block:#232323}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1rem;max-width:52rem;font:1rem/1.5 system-ui,sans-serif;color:var(--ink);
background:var(--paper);overflow-wrap:anywhere}
article+article{margin-top:3rem;border-top:4px solid var(--line);padding-top:1rem}
h1{font-size:1.5rem;margin:0 0 .4rem}
h2{font-size:1.15rem;margin:0 0 .4rem;color:var(--blue)}
h3{font-size:1rem;margin:.8rem 0 .2rem}
p{margin:.3rem 0}
section{margin:0 0 1.4rem;overflow:clip;overflow-clip-margin:4px}
header{border-bottom:2px solid var(--blue);margin-bottom:1.2rem;padding-bottom:.6rem}
dl{display:grid;grid-template-columns:minmax(7rem,13rem) minmax(0,1fr);gap:.15rem 1rem;margin:.2rem 0}
dt{grid-column:1;color:var(--quiet)}
dd{grid-column:2;margin:0;min-width:0}
ol,ul{margin:0;padding-left:1.5rem}
li{margin-bottom:.6rem}
ol>li:only-child{list-style:none;margin-left:-1.5rem}
bdi{unicode-bidi:isolate;white-space:pre-wrap}
code{unicode-bidi:isolate;direction:ltr;font:.8em monospace;border:1px solid var(--red);color:var(--red);padding:0 .2em}
a{color:var(--blue)}
pre{margin:.2rem 0 .6rem;padding:.3rem .5rem;font:inherit;white-space:pre-wrap;background:var(--block);
border:1px solid var(--line);-webkit-user-select:all;user-select:all}
a:focus-visible,.fixed:focus-visible,pre:focus-visible{outline:3px solid var(--blue);outline-offset:2px}
img{display:block;max-width:100%;max-height:80vh;height:auto;border:1px solid var(--line);margin:.3rem 0;
background:#fff}
.fixed{display:block;width:calc(70ch + 1rem);max-width:100%;overflow-x:auto;white-space:pre;overflow-wrap:normal;
font:.875rem/1.35 ui-monospace,Consolas,"DejaVu Sans Mono",monospace;background:var(--block);padding:.4rem .5rem}
.source{width:auto;white-space:pre-wrap;overflow-wrap:anywhere}
.right,.center{display:block;text-align:right}
.center{text-align:center}
.lead{font-weight:bold}
.confidential{float:right;margin:0;color:var(--quiet);font-size:.9rem}
.patient{margin:.4rem 0 .6rem}
.name{display:inline-block;max-width:100%;margin-right:.8rem;font-size:1.25rem;font-weight:bold}
.age{display:inline-block}
.number{display:inline-block;max-width:100%;margin:0 .8rem 0 0;font-size:1.1rem;font-weight:bold}
.age{color:var(--quiet)}
.mark{display:inline-block;border:1px solid var(--blue);border-radius:1rem;color:var(--blue);padding:0 .7rem;
margin:0 .4rem .2rem 0;font-size:.9rem}
.unread{font-weight:bold;background:var(--blue);color:var(--paper)}
.notice{display:table;max-width:100%;border:2px solid var(--red);color:var(--red);font-weight:bold;padding:.1rem .6rem}
.warning,.wrong{border:2px solid var(--red);border-left-width:10px;padding:.5rem .8rem;background:var(--rose)}
.warning h2,.wrong h2{color:var(--red)}
.post{border-left:4px solid var(--blue);padding-left:.9rem}
.post h2,.sent{margin-bottom:.1rem}
.sent,.kind,.path{color:var(--quiet);font-size:.9rem}
.text{margin:.5rem 0}
.files{list-style:none;padding:0}
.files>li{border:1px solid var(--line);padding:.4rem .7rem}
.files dl{color:var(--quiet);font-size:.9rem}
.none{color:var(--quiet);font-style:italic}
.details,.meta{color:var(--quiet);font-size:.9rem;border-top:1px solid var(--line);padding-top:.6rem}
.running{display:none}
@media(max-width:34rem){dl{display:block}dt{font-size:.9rem;margin-top:.4rem}}
@media print{html{font-size:10pt}body{max-width:none;padding:0}
article{display:table;width:100%;table-layout:fixed}article+article{break-before:page;border:0;margin:0;padding:0}
.running{display:table-header-group;break-inside:avoid;font-size:9pt}.running p{margin:0 0 4mm}
.sheet{display:table-row-group}a[download]{display:none}
h1,h2,h3,dt{break-after:avoid}p,dd{orphans:3;widows:3}header,.warning,li{break-inside:avoid}
.fixed{overflow:visible;width:auto;font-size:8pt}a{color:inherit;text-decoration:none}img{max-height:20cm}
@page{margin:15mm;@bottom-right{content:"Side " counter(page) " af " counter(pages);font-size:9pt}}}
"""
