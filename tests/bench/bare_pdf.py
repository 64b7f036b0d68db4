"""WeasyPrint alone, warm: reads a length and so much HTML, then for each number on a line says the CPU milliseconds per PDF."""

import sys
import time

import weasyprint


def main() -> None:
    source = sys.stdin.buffer
    html = source.read(int(source.readline())).decode()
    make(html)
    for line in source:
        began = time.process_time()
        for _document in range(int(line)):
            make(html)
        print((time.process_time() - began) / int(line) * 1e3, flush=True)


def make(html: str) -> bytes:
    return weasyprint.HTML(string=html).write_pdf(pdf_variant="pdf/ua-1")


if __name__ == "__main__":
    main()
