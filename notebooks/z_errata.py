# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Errata
#
# There are {claim-count}`errata` places where {cite:t}`matoba2022theoretical`, in the text as it
# survives, does not hold as stated, one of them in the second source ({prf:ref}`Erratum 11 <erratum-11>`).
# The available copy has lost all formulas, so a slip below may be one of the copy or of our reading; each
# entry says what it is based on, and quotations are in the words of the available text.
#
# What do they touch? Of what the paper calls its main results one falls: that less than the full depth
# cannot give the maximum holds for pairwise maxes, not for ReLU networks
# ({prf:ref}`Erratum 7 <erratum-7>`). Another, that lower orders cannot simulate the maximum, is right and
# rests on an inequality that does not show it ({prf:ref}`Erratum 13 <erratum-13>`). That small errors cost
# exponentially much depends on what is counted ({prf:ref}`Erratum 3 <erratum-3>`).
# {prf:ref}`Theorem 2 <theorem-2>`, {prf:ref}`Theorem 4 <theorem-4>` and all of Appendix D are right, and
# several statements are stronger than claimed.
#
# **What this chapter establishes.** For each entry: the statement, what fails, the computation that
# shows it, and what
# holds instead.

# %%
import pandas as pd

from companion.evidence import s1_introduction as introduction
from companion.evidence import x_sharper, y_activation
from companion.evidence import z_errata as checks
from companion.pages.publishing import publish_table, record
from maxpooling.approximation import best_uniform
from maxpooling.networks import pairwise_max_counts, region_bound

# %% [markdown]
# ```{statement} Erratum 1: Lemma 3 and Appendix D, "upper bound"
# :label: erratum-1
# :standing: given
# :check: erratum_1, fewer_points_give_less
# :plain: The program is introduced as an upper bound on the error, with an argument that bounds it from
#     below; its value is the error itself.
#
# The value of the program {eq}`equation-3` is introduced as an upper bound on the
# error of an estimator. The argument that follows looks at
# finitely many points of the cube, which bounds the error from *below*.
# ```
#
# With fewer points the value only falls: at $v_0$ and $v_d$ alone, one estimator of the orders
# $\{0,d-1\}$ fits exactly. On all
# $v_0,\dots,v_d$ the value is the error itself ({prf:ref}`Theorem A <theorem-a>`), so that both words
# are right in the end, and Appendix D
# lists errors, not bounds.

# %%
checks.erratum_1()

# %%
checks.fewer_points_give_less()

# %% [markdown]
# ```{statement} Erratum 2: Lemma 7 and Section 5.1, monotonicity
# :label: erratum-2
# :standing: given
# :check: erratum_2, increasing_optima, ordered_points
# :plain: An optimal estimator is said to be increasing; that is so with at most one positive order, and
#     for no other order set.
#
# Lemma 7 says that an optimum "is increasing" (of what is lost; Appendix B.3 has "an optimal estimator is
# weakly increasing"). That is so for the order sets $\{0\}$, $\{r\}$ and $\{0,r\}$ with $1\le r<d$, and for no
# others.
# ```
#
# Three inputs and all orders suffice: the optimum exists once, and it takes a larger value at
# $(1,1,0)$ than at $(1,1,1)$.

# %%
three = best_uniform(3, [0, 1, 2])
values = [three.residuals()[k] + (k > 0) for k in range(4)]
record(at_two=values[2], at_three=values[3])
three.verify(), [str(value) for value in values]

# %% [markdown]
# The values at the vertices with 0, 1, 2 and 3 ones: it falls from {value}`z_errata.at_two` to
# {value}`z_errata.at_three`.
# ({prf:ref}`Lemma 7 <lemma-7>` has a picture.) The step that fails is the first, that two points are
# ordered iff "their V representations are similarly ordered": $(1,1,0)\le(1,1,1)$, and of their gaps
# neither is below the other. What the rest of the proof shows, $f(v_k)\ge f(v_0)$, is true for every $R$ with
# $0$, and the paper's proof of {prf:ref}`Lemma 4 <lemma-4>` needs no more. What does fall is the remark of
# Section 5.1 that all weights on order statistics are positive, which the text attributes to
# {prf:ref}`Theorem 6 <theorem-6>`. What an increasing estimator can do is
# {prf:ref}`Theorem N <theorem-n>`.

# %%
checks.erratum_2()

# %%
checks.increasing_optima()

# %%
checks.ordered_points()

# %% [markdown]
# ```{statement} Erratum 3: Theorem 3 and Section 6, uniqueness and the exponential count
# :label: erratum-3
# :standing: reconstructed
# :check: erratum_3, few_terms, count_still_stands, sorting_network
# :plain: The decomposition of an average of subpool maxes is said to be unique, and a small error to cost
#     exponentially much; decompositions are many, and sorting gives the smallest error in polynomial time.
#
# The proof of {prf:ref}`Theorem 3 <theorem-3>` shows that $S(\cdot;r,d)$ has
# only one normalised decomposition. It has many. That an estimator
# with all orders entails exponential computation does not follow from the theorem; and that "to achieve
# exponentially little error, one needs exponentially much computation" (Section 6) is true only of
# computations that form the subpool maxes one by one.
# ```
#
# A function of $x_1$ alone can be moved from the term on $\{1,2\}$ to the one on $\{1,3\}$. The number
# $\binom dr$ of terms is right; mixed differences prove it in three lines.
# The estimator with all orders is, as a function, a sum of only $d$ functions of $d-1$ inputs: let
# each of those absorb lower subpool maxes. Exponentially many are the subpool
# maxes that {prf:ref}`Definition 1 <definition-1>` asks to see as neurons, $2^d-2$. But by
# {prf:ref}`Lemma 2 <lemma-2>` the same function is a weighted sum of the sorted inputs, and a sorting network
# of pairwise maxima and minima needs less than $d\lceil\log_2d\rceil^2$ comparisons
# {cite:p}`batcher1968sorting`:

# %%
sizes = (4, 9, 16, 25, 49)
sorting = pd.DataFrame(
    {
        "$d$": sizes,
        "error $2^{-d}$ by subpool maxes": [f"{2**d - 2:,}" for d in sizes],
        "by sorting": [len(checks.comparisons(d)) for d in sizes],
    }
)

# %% tags=["remove-output", "hide-input"]
publish_table(sorting, "table-sorting")

# %% [markdown]
# :::{autotable} table-sorting
# What the optimal estimator with all orders takes: subpool maxes, or comparisons of a sorting network
# (each gives the larger and the smaller of two numbers).
# :::

# %%
checks.erratum_3()

# %%
checks.few_terms()

# %%
checks.count_still_stands()

# %%
checks.sorting_network()

# %% [markdown]
# ```{statement} Erratum 4: Theorem 5, of what there is no algebraic expression
# :label: erratum-4
# :standing: given
# :check: erratum_4
# :plain: There is said to be no algebraic expression for the maximum of five numbers; of the numbers
#     there is one, made of square roots, and of the coefficients of their polynomial there is none.
#
# "There is no algebraic expression for" (the rest is lost; the text is about five numbers and their
# maximum). In the $x_i$ there is one, made of square roots. In the coefficients of
# $\prod(t-x_i)$, which is what the proof is about, there is none.
# ```
#
# Nest $\max(a,b)=\frac12\big(a+b+\sqrt{(a-b)^2}\big)$. The corrected statement is
# {prf:ref}`Theorem 5 <theorem-5>` in our chapter on Appendix A.

# %%
checks.erratum_4()

# %% [markdown]
# ```{statement} Erratum 5: Section 4, the number 819906560
# :label: erratum-5
# :standing: given
# :check: erratum_5, no_widths_give_it
# :plain: The cited bound on the number of regions is 819906560 for no network of one to three layers,
#     whatever their widths up to 64, with seven to ten inputs.
#
# The bound of {cite:t}`serra2018bounding` is said to give 819906560 regions for the
# estimator of the orders $\{0,8\}$ on nine inputs. For the widths 12, 10 and 9, which are
# {standing}`reconstructed`, the bound is another number, and so it is without the last layer or
# with the output unit. It is another number for any widths up to 64 of one, two or three layers on seven to
# ten inputs.
# ```

# %%
record(
    bound=region_bound(9, [12, 10, 9]),
    without_last=region_bound(9, [12, 10]),
    with_output=region_bound(9, [12, 10, 9, 1]),
)

# %% [markdown]
# For the reconstructed widths these are {value}`z_errata.bound|,`, {value}`z_errata.without_last|,` and
# {value}`z_errata.with_output|,`. Taking $n_l-j_l$ into the minimum that limits $j_l$, and counting
# the output, gives 819906560
# exactly; whether that is how it came about we cannot know ({standing}`ambiguous`). The comparison
# that the text draws from it, that the full estimator is vastly more complex,
# holds in every reading ({numref}`region-readings`).

# %%
checks.erratum_5()

# %%
checks.no_widths_give_it()

# %% [markdown]
# ```{statement} Erratum 6: Section 4, two hidden layers
# :label: erratum-6
# :standing: given
# :check: erratum_6
# :plain: The example with nine inputs is said to need two hidden layers; counted as Lemma 1 counts, it
#     takes three.
#
# The estimator of the orders $\{0,8\}$ is said to need two hidden layers. Their
# sizes are lost; by {eq}`equation-7` they are 12 and 10. The nine maxima of order eight, which are
# then averaged, are a
# third layer of pairwise maxes.
# ```
#
# This is a matter of counting. {prf:ref}`Lemma 1 <lemma-1>` counts every round of pairwise maxima as a hidden
# layer, the last one too, and a network that averages the nine has to compute them in one. Who takes the
# nine for the network's outputs, and their average for something outside of it, counts two.

# %%
pairwise_max_counts(9, [0, 8])

# %%
checks.erratum_6()

# %% [markdown]
# ```{statement} Erratum 7: Section 6 and Introduction, the depth that it takes
# :label: erratum-7
# :standing: given
# :check: erratum_7, printed_identity
# :plain: With less than the naive depth the maximum is said not to be obtainable from ReLUs; that is so of
#     pairwise maxes only: five numbers need two hidden layers, not three.
#
# "With anything less than the naïve amount of depth, max pooling cannot be perfectly synthesized from
# ReLUs", the Conclusion says of the main theorem; the Introduction, that divide and conquer by pairwise maxes
# "cannot be improved upon". Section 2.2 limits the results to weights that form pairwise maxima, and with that
# limit both are right of the depth ({prf:ref}`Theorem M <theorem-m>`). As they stand they are false.
# ```
#
# Five numbers need three layers of pairwise maxima. Two hidden layers of ReLUs with free weights
# compute their maximum exactly {cite:p}`bakaev2025depth`. With
# $m_{ij}=\max(x_i,x_j)$, for example, and each sum over all ways to name the five inputs that give
# different terms,
#
# $$
# \begin{aligned}
# \max(x)=\tfrac1{30}\sum\max(2x_a,\,m_{bc}+m_{de})&+\tfrac2{15}\sum\max(m_{bc},\,m_{de})\\
# &-\tfrac1{30}\sum\max(m_{ab}+m_{ac},\,m_{bc}+m_{de}).
# \end{aligned}
# $$
#
# The terms of the second sum are subpool maxes of order four; those of the first and the third are no subpool
# maxes, and they cancel. In fact two hidden layers suffice for any number of inputs
# ({prf:ref}`Theorem TW <theorem-tw>`).

# %%
checks.erratum_7()

# %%
checks.printed_identity()

# %% [markdown]
# ```{statement} Erratum 8: before Lemma 3, "maximizing"
# :label: erratum-8
# :standing: given
# :check: erratum_8
#
# "We show in Lemma 5 that maximizing over this set suffices." To be found is the
# smallest error over the symmetric estimators, so it should be
# minimizing; the largest does not exist.
# ```

# %%
checks.erratum_8()

# %% [markdown]
# ```{statement} Erratum 10: Section 5.2 and Appendix E.1, the kernels that replace the pools
# :label: erratum-10
# :standing: given
# :check: erratum_10
# :plain: The convolutions that replace the max pools are said to have kernels of the pools' size; with
#     kernels of side three the models have another number of parameters than is printed.
#
# Conv-Large of the ResNet is said to replace its max pools by convolutions with kernels of side three,
# and Conv-Small of the CIFAR-10 LeNet by convolutions with the kernel of the pools. Neither gives the
# printed number of parameters.
# ```
#
# The printed numbers fit the pools' own sides 2, 2, 2 and 4 in Conv-Large, as Appendix E.1 says, and
# side one in the LeNet; our models are built so.

# %%
checks.erratum_10()

# %% [markdown]
# ```{statement} Erratum 11: the second source, a max pool in pieces
# :label: erratum-11
# :standing: given
# :check: y_activation.max_is_piecewise_linear
# :plain: A comment says that a ReLU is linear in pieces and a max pool is not; the maximum is linear
#     wherever one input stays the largest.
#
# A comment on the second source says that a ReLU is linear in pieces while a max pool is not, because
# the selected input may change. The maximum is linear wherever one input stays the largest, and the
# places where the selection changes are the borders of its pieces, as zero is for the ReLU.
# ```

# %%
y_activation.max_is_piecewise_linear()

# %% [markdown]
# ```{statement} Erratum 12: Introduction, models without max pools
# :label: erratum-12
# :standing: given
# :check: s1_introduction.max_pools_in_torchvision
# :plain: Inception v3 is said to have no max pool; torchvision's takes four, two of them as layers. The
#     other models named there are as the paper says.
#
# VGG and AlexNet have several max pools, many ResNets one, Inception v3 and MobileNet v3 none, in the
# implementations of torchvision.
# ```
#
# Every model of these families in torchvision was built, without weights, and the max pools were counted
# that one image passes: AlexNet has three, each VGG five, each ResNet one, both MobileNets none, as
# stated. Inception v3 takes four, each with a window of three by three and stride two: two in its stem,
# which are layers, and one in each of the two blocks that halve the image, where it is called as a
# function, so that a list of the model's layers shows two.

# %%
introduction.max_pools_in_torchvision()

# %% [markdown]
# ```{statement} Erratum 13: Section 3.2, "our main result"
# :label: erratum-13
# :standing: given
# :check: erratum_13
# :plain: That subpool maxes of lower orders cannot give the maximum is said to follow from an upper bound on
#     their error, which excludes nothing; it is true, because the bound is an equality.
#
# "Equation 6 forms our main result: even using all lower-order subpool maxes one cannot simulate the
# maximum". But {eq}`equation-6` is stated and proved as an upper bound on an error, and the sketch of its proof
# says that equality is not attempted. An upper bound excludes nothing; an error of zero satisfies it.
# ```
#
# The conclusion is right. One line shows it: whatever the coefficients, the errors at the vertices satisfy
# {eq}`dual-of-10`, so that one of them is at least $2^{-d}$; and no other sum of functions of $d-1$ inputs does
# better ({prf:ref}`Theorem B <theorem-b>`). The paper's own Appendix C shows it too, in the mean: the least
# mean square error is not zero.

# %%
checks.erratum_13()

# %% [markdown]
# ```{statement} Erratum 14: before Lemma 5, "any optimal approximation"
# :label: erratum-14
# :standing: given
# :check: x_sharper.regular_blocks, x_sharper.what_is_unique
# :plain: Every optimal estimator is said to be symmetric; with four inputs and the order 2, two disjoint
#     pairs are an optimum too.
#
# "Because max is symmetric in this sense, any optimal approximation to it must lie in" the symmetric
# estimators. One of the optima does; others need not.
# ```
#
# With four inputs and the order 2, $\frac23\max(x_1,x_2)+\frac23\max(x_3,x_4)$ errs by $\frac13=E(4,\{2\})$, and
# with the constant $\frac14$ and weights $\frac12$ by $\frac14=E(4,\{0,2\})$. {prf:ref}`Lemma 5 <lemma-5>` itself, which
# says that symmetric estimators suffice, is right. Blocks that cover every input equally often are always
# such optima ({prf:ref}`Theorem Y <theorem-y>`); what all optima share is
# {prf:ref}`Theorem AB <theorem-ab>`.

# %%
x_sharper.regular_blocks()

# %%
x_sharper.what_is_unique()

# %% [markdown]
# ## Not counted: the range of the errors
#
# The Conclusion says that the error "encompasses the entire range between" two values, "depending on exactly
# how much depth is used". Both values are lost. If they are $\frac1d$ and $2^{-d}$ ({standing}`ambiguous`), low
# orders lie outside; as this rests on what we cannot read, it is no erratum. (It had the number 9, which is
# not given again.) Here is the range. With a constant it is, for all sets $R\ni0$ of orders,
#
# $$2^{-d}\le E(d,R)\le\tfrac12,$$
#
# with equality for all orders and for the constant alone; without one, and $d\ge2$,
#
# $$\frac1{2^d-1}\le E(d,R)\le\frac{d-1}{d+1},$$
#
# with equality for $\{1,\dots,d-1\}$ and for $\{1\}$. (Larger orders, and more of them, are better, by
# {prf:ref}`Theorem F <theorem-f>`.) With the orders $\{0,\dots,r\}$ for a fixed $r$ the error tends to $\frac12$
# as $d$ grows: the mean with the best constant errs by $\frac{d-1}{2d}$.

# %%
lowest = best_uniform(1000, [0, 1, 2]).error
record(lowest_at_thousand=lowest, lowest_decimal=float(lowest))

# %% [markdown]
# At $d=1000$ the orders $\{0,1,2\}$ leave {value}`z_errata.lowest_at_thousand`, or
# {value}`z_errata.lowest_decimal|.4f`.

# %%
checks.range_of_errors()

# %%
checks.sets_outside_the_range()

# %%
checks.low_orders_tend_to_a_half()

# %% [markdown]
# ## What it means
#
# Of the paper's main results one falls, the depth that it takes for necessary; {prf:ref}`Theorem 2 <theorem-2>`,
# {prf:ref}`Theorem 4 <theorem-4>` and Appendix D stand, and with them the errors of its estimators.
#
# ## What was checked
#
# ```{chapter-evidence}
# ```
