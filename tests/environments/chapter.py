# ---
# jupyter:
#   companion:
#     inputs:
#     - data/paper/appendix_d.csv
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # A cheap chapter
#
# A table that the paper printed, an exact computation, a figure and a value: nothing here may
# depend on where it is run, or by whom.

# %%
import matplotlib.pyplot as plt

from companion.pages.figures import BLUE, use_style
from companion.pages.publishing import publish_figure, record
from companion.published import appendix_d
from maxpooling.approximation import best_uniform

use_style()

# %%
rows = [row for row in appendix_d() if row.d == 3]
errors = [best_uniform(row.d, row.orders).error for row in rows]
print("ε =", *errors, errors == [row.error for row in rows])

# %%
figure, axes = plt.subplots()
axes.plot([float(error) for error in errors], "o", color=BLUE)
axes.set(xlabel="row of the table", ylabel="error ε")
publish_figure(figure, "cheap", "Six errors, one point for each row of the table.")
record(largest=max(errors))
