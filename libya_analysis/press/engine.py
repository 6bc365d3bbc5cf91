"""The papermill engine ``libya-fork``: cells run in a process of their own by IPython, without kernel and messages."""

from __future__ import annotations

import json
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any


class ForkEngine:
    """Run a notebook as reports are run. papermill writes it when all cells have run, or one has failed.

    papermill is imported late: it loads this class while it is itself being imported.
    """

    @classmethod
    def execute_notebook(
        cls, nb: Any, kernel_name: str, output_path: str | None = None, execution_timeout: int | None = None, **_: Any
    ) -> Any:
        """Run the cells of a notebook in place.

        Raises
        ------
        ReportError
            If the process that ran them died or took too long; the notebook has been written as far as it came.
        """
        import nbformat
        from papermill.iorw import write_ipynb

        from libya_analysis.evidence.errors import ReportError
        from libya_analysis.press.job import Job
        from libya_analysis.press.processes import make_by_interpreters

        text = nbformat.writes(nb)
        limit = execution_timeout or 0
        job = Job("notebook", text, timeout=limit, run_timeout=0, folder=str(Path.cwd()), plain=True)
        with tempfile.TemporaryDirectory(prefix="libya-analysis-") as folder:
            with closing(make_by_interpreters([job], Path(folder), 1)) as making:
                (made,) = filter(None, making)
            for file in made.files:
                run = json.loads((Path(folder) / job.name / file).read_bytes())
                nb.cells[:] = nbformat.from_dict(run["cells"])
        failed = [o for cell in nb.cells for o in cell.get("outputs", ()) if o["output_type"] == "error"]
        if made.error and not failed:
            if output_path:
                write_ipynb(nb, output_path)
            raise ReportError(made.error)
        return nb

    @classmethod
    def nb_kernel_name(cls, nb: Any, name: str | None = None) -> str:
        """Find which kernel a notebook asks for."""
        from papermill.utils import nb_kernel_name

        return str(nb_kernel_name(nb, name))

    @classmethod
    def nb_language(cls, nb: Any, language: str | None = None) -> str:
        """Find which language a notebook is written in."""
        from papermill.utils import nb_language

        return str(nb_language(nb, language))
