"""The papermill engine ``libya-fork``: cells run in a process of their own by IPython, without kernel and messages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


class ForkEngine:
    """Run a notebook as reports are run. papermill writes it when all cells have run, or one has failed.

    papermill is imported late: it loads this class while it is itself being imported.
    """

    @classmethod
    def execute_notebook(
        cls,
        nb: Any,
        kernel_name: str,
        output_path: str | None = None,
        execution_timeout: int | None = None,
        **other: Any,
    ) -> Any:
        """Run the cells of a notebook in place; where nothing forks, in a kernel.

        If the process that runs them dies or takes too long, the notebook is written as far as it came.
        """
        import nbformat
        from papermill.engines import NBClientEngine
        from papermill.iorw import write_ipynb

        from libya_analysis.evidence.errors import ReportError
        from libya_analysis.press.job import Job
        from libya_analysis.press.processes import CAN_FORK, make_as_bytes

        if not CAN_FORK:
            more = {"output_path": output_path, "execution_timeout": execution_timeout, **other}
            return NBClientEngine.execute_notebook(nb, kernel_name, **more)
        here = str(Path.cwd())
        job = Job("notebook", json.dumps(nb), timeout=execution_timeout or 0, run_timeout=0, folder=here, plain=True)
        made, files = make_as_bytes(job)
        for content in files.values():
            nb.cells[:] = nbformat.from_dict(json.loads(content)["cells"])
        failed = any(output["output_type"] == "error" for cell in nb.cells for output in cell.get("outputs", ()))
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
