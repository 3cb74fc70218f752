"""A process that records and signs without pause, until somebody kills it."""

import sys
from pathlib import Path

from audit.books import Book, put

from mentorcore.log.stores.opening import open_store

if __name__ == "__main__":
    book = Book(open_store(sys.argv[1]), Path(sys.argv[2]))
    if sys.argv[3] == "receipts":
        book.sequencer.begin_receipts()
    while True:
        last = put(book.store, 3, "pairing:killed")[-1]
        if sys.argv[3] == "receipts":
            book.sequencer.receipt(last)
        else:
            book.sequencer.tick()
        print("signed", flush=True)
