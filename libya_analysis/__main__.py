"""``python -m libya_analysis``: the command, where only the interpreter's path is known."""

from libya_analysis.cli import run

if __name__ == "__main__":
    run()
