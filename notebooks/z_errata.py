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
# survives, does not hold as stated. The available copy
# has lost all formulas, so a slip below may be one of the copy or of our reading; each entry says what
# it is based on. None of them
# touches the main results: {prf:ref}`Theorem 2 <theorem-2>`, {prf:ref}`Theorem 4 <theorem-4>` and all
# of Appendix D are right, and
# several are stronger than claimed.
#
# **What this chapter establishes.** For each entry: the statement, what fails, the computation that
# shows it, and what
# holds instead.

# %%
from companion.evidence import s1_introduction as introduction
from companion.evidence import x_sharper, y_activation
from companion.evidence import z_errata as checks
from companion.pages.publishing import record
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
# :check: erratum_2, increasing_optima
# :plain: An optimal estimator is said to be increasing; that is so with at most one positive order, and
#     for no other order set.
#
# "An optimal estimator is increasing." That is so for the order sets $\{r\}$ and
# $\{0,r\}$, and for no others.
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
# ({prf:ref}`Lemma 7 <lemma-7>` has a picture.) With the lemma falls the remark of Section 5.1 that all
# weights on order statistics are positive, which the text attributes to
# {prf:ref}`Theorem 6 <theorem-6>`. {prf:ref}`Lemma 4 <lemma-4>`, whose proof uses it, survives with
# another. What an increasing estimator can do is
# {prf:ref}`Theorem N <theorem-n>`.

# %%
checks.erratum_2()

# %%
checks.increasing_optima()

# %% [markdown]
# ```{statement} Erratum 3: Theorem 3, uniqueness and the exponential count
# :label: erratum-3
# :standing: reconstructed
# :check: erratum_3, few_terms, count_still_stands
# :plain: The decomposition of an average of subpool maxes is said to be unique, and the estimator with
#     all orders to entail exponential work; decompositions are many, and the second does not follow.
#
# The proof of {prf:ref}`Theorem 3 <theorem-3>` shows that $S(\cdot;r,d)$ has
# only one normalised decomposition. It has many. And that an estimator
# with all orders entails exponential computation does not follow from the theorem.
# ```
#
# A function of $x_1$ alone can be moved from the term on $\{1,2\}$ to the one on $\{1,3\}$. The number
# $\binom dr$ of terms is right; mixed differences prove it in three lines.
# The estimator with all orders is, as a function, a sum of only $d$ functions of $d-1$ inputs: let
# each of those absorb lower subpool maxes. Exponentially many are the subpool
# maxes that {prf:ref}`Definition 1 <definition-1>` asks to see as neurons, $2^d-2$.

# %%
checks.erratum_3()

# %%
checks.few_terms()

# %%
checks.count_still_stands()

# %% [markdown]
# ```{statement} Erratum 4: Theorem 5, of what there is no algebraic expression
# :label: erratum-4
# :standing: given
# :check: erratum_4
# :plain: There is said to be no algebraic expression for the maximum of five numbers; of the numbers
#     there is one, made of square roots, and of the coefficients of their polynomial there is none.
#
# "There is no algebraic expression for $\max(x_1,\dots,x_5)$." In the $x_i$ there is
# one, made of square roots. In the coefficients of
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
# :check: erratum_5
# :plain: The cited bound on the number of regions is not 819906560 for the layers of the example.
#
# The bound of {cite:t}`serra2018bounding` is said to give 819906560 regions for the
# estimator of the orders $\{0,8\}$ on nine inputs. For its
# layers of 12, 10 and 9 neurons the bound is another number, and so it is without the last layer or
# with the output unit.
# ```

# %%
record(
    bound=region_bound(9, [12, 10, 9]),
    without_last=region_bound(9, [12, 10]),
    with_output=region_bound(9, [12, 10, 9, 1]),
)

# %% [markdown]
# These are {value}`z_errata.bound|,`, {value}`z_errata.without_last|,` and
# {value}`z_errata.with_output|,`. Taking $n_l-j_l$ into the minimum that limits $j_l$, and counting
# the output, gives 819906560
# exactly; whether that is how it came about we cannot know ({standing}`ambiguous`). The comparison
# that the text draws from it, that the full estimator is vastly more complex,
# holds in every reading ({numref}`region-readings`).

# %%
checks.erratum_5()

# %% [markdown]
# ```{statement} Erratum 6: Section 4, two hidden layers
# :label: erratum-6
# :standing: given
# :check: erratum_6
# :plain: The example with nine inputs is said to need two hidden layers; of pairwise maxes it takes three.
#
# The estimator of the orders $\{0,8\}$ is said to need two hidden layers. Their
# sizes are lost; by {eq}`equation-7` they are 12 and 10. The nine maxima of order eight, which are
# then averaged, are a
# third layer of pairwise maxes.
# ```

# %%
pairwise_max_counts(9, [0, 8])

# %%
checks.erratum_6()

# %% [markdown]
# ```{statement} Erratum 7: Introduction, "cannot be improved upon"
# :label: erratum-7
# :standing: given
# :check: erratum_7
#
# The divide-and-conquer algorithm of pairwise maxima is said not to be improvable.
# Section 2 limits this to weights that form pairwise maxima, and with that limit it is
# {prf:ref}`Theorem 2 <theorem-2>`. Without it, it is false.
# ```
#
# Five numbers need three layers of pairwise maxima. Two hidden layers of ReLUs with free weights
# compute their maximum exactly {cite:p}`bakaev2025depth`. With
# $m_{ij}=\max(x_i,x_j)$, for example, and each sum over all ways to name the five inputs that give
# different terms,
#
# $$
# \begin{aligned}
# \max(x)=\tfrac1{30}\sum\max(2x_a,\,m_{bc}+m_{de})&+\tfrac25\sum\max(m_{bc},\,m_{de})\\
# &-\tfrac1{30}\sum\max(m_{ab}+m_{ac},\,m_{bc}+m_{de}),
# \end{aligned}
# $$
#
# where the second sum takes one of the three pairings for each $a$. The terms of the second layer are
# no subpool maxes, and they cancel.

# %%
checks.erratum_7()

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
# ```{statement} Erratum 9: Section 6, the range of the errors
# :label: erratum-9
# :standing: ambiguous
# :check: erratum_9, sets_outside_the_range, low_orders_tend_to_a_half
# :plain: The error is said to take the whole range between two lost values; if they are 1/d and 2⁻ᵈ, low
#     orders lie outside.
#
# The conclusion says that the error takes the entire range between two values,
# which are lost, "depending on exactly how much depth is used". If they are $\frac1d$ and
# $2^{-d}$, low orders lie outside.
# ```
#
# With the orders $\{0,\dots,r\}$ for a fixed $r$ the error tends to $\frac12$ as $d$ grows: a plain
# mean errs by $\frac{d-1}{2d}$.

# %%
lowest = best_uniform(1000, [0, 1, 2]).error
record(lowest_at_thousand=lowest, lowest_decimal=float(lowest))

# %% [markdown]
# At $d=1000$ the orders $\{0,1,2\}$ leave {value}`z_errata.lowest_at_thousand`, or
# {value}`z_errata.lowest_decimal|.4f`. The range of all order sets is from $2^{-d}$ to $\frac12$ with
# a constant, and to $\frac{d-1}{d+1}$
# without.

# %%
checks.erratum_9()

# %%
checks.sets_outside_the_range()

# %%
checks.low_orders_tend_to_a_half()

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
# ## What was checked
#
# ```{chapter-evidence}
# ```
