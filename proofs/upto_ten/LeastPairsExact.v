(** * The least number of pairs a side is exactly ceil(n/2) - 1 for n = 3, ..., 10

    From below by [family_lower] (any weights of the field, no symmetry); from above by the checked identities
    (symmetric, rational weights). *)

From Coq Require Import List Arith ZArith Ring Lia.
From Maxpooling Require Import OrderedField Network Maximum NoOneLayer Identity Verify LeastPairs FanIn.
From Maxpooling Require Max5 Max6 Max7 Max8 Max9 Max10.
Import ListNotations.

(** For three and four numbers one pair a side is enough: max(max(x, y), z), max(max(x, y), max(z, w)). *)
Definition max3 : identity := {| labels := [0; 0; 0]%nat; scale := 6; pairs := [];
  terms := [Term 1 [(0, 1)]%nat [(2, 2)]%nat] |}.
Definition max4 : identity := {| labels := [0; 0; 0; 0]%nat; scale := 24; pairs := [];
  terms := [Term 1 [(0, 1)]%nat [(2, 3)]%nat] |}.
Lemma checked3 : check max3 = true. Proof. reflexivity. Qed.
Lemma checked4 : check max4 = true. Proof. reflexivity. Qed.

Section Field.
Variable K : ofield.
Add Ring K_ring : (f_ring K).
Lemma zero_r (a : K) : (a + f0 = a)%of. Proof. ring. Qed.
Lemma zero_l (a : K) : (f0 + a = a)%of. Proof. ring. Qed.
Lemma one_l (a : K) : (f1 * a = a)%of. Proof. ring. Qed.

Lemma enough n : (3 <= n <= 10)%nat -> possible K n (Nat.div2 (n - 1)).
Proof.
  intros [H1 H2].
  destruct n as [|[|[|[|[|[|[|[|[|[|[|n]]]]]]]]]]]; try lia.
  - exact (family_upper K max3 1 checked3 (le_n _)).
  - exact (family_upper K max4 1 checked4 (le_n _)).
  - exact (family_upper K Max5.max5 2 Max5.checked (le_n _)).
  - exact (family_upper K Max6.max6 2 Max6.checked (le_n _)).
  - exact (family_upper K Max7.max7 3 Max7.checked (le_n _)).
  - exact (family_upper K Max8.max8 3 Max8.checked (le_n _)).
  - exact (family_upper K Max9.max9 4 Max9.checked (le_n _)).
  - exact (family_upper K Max10.max10 4 Max10.checked (le_n _)).
Qed.

Theorem exactly n k : (3 <= n <= 10)%nat -> (possible K n k <-> (n <= 2 * k + 2)%nat).
Proof.
  intros Hn. split; [apply family_lower; lia|]. intros H.
  apply (possible_more K n (Nat.div2 (n - 1))); [|apply enough, Hn].
  pose proof (Nat.div2_odd (n - 1)). destruct (Nat.odd (n - 1)); simpl in *; lia.
Qed.

(** The least number of pairs a side: 1, 1, 2, 2, 3, 3, 4, 4 for n = 3, ..., 10, that is ceil(n/2) - 1. *)
Theorem least n : (3 <= n <= 10)%nat ->
  possible K n (Nat.div2 (n + 1) - 1) /\ forall k, possible K n k -> (Nat.div2 (n + 1) - 1 <= k)%nat.
Proof.
  intros Hn. assert (D : forall k, (n <= 2 * k + 2)%nat <-> (Nat.div2 (n + 1) - 1 <= k)%nat).
  { intros k. pose proof (Nat.div2_odd (n + 1)). destruct (Nat.odd (n + 1)); simpl in *; lia. }
  split.
  - apply exactly; [exact Hn|]. apply D. apply le_n.
  - intros k Hk. apply D. apply exactly in Hk; assumption.
Qed.

(** ** Fan-in *)
(** With affine forms of the inputs for free (see [reachable]), neurons of the second layer that read n - 2 of the
    first are needed, and enough, for n = 3, 4, 6, 8, 10. *)
Lemma three_numbers : reachable K 3 1.
Proof.
  apply (fan_in_enough K 3 1 [] [(([(0, 1)]%nat, [(2, 2)]%nat), f1)]).
  - intros c [<-|[]]. apply le_n.
  - intros x Hx. destruct x as [|a [|b [|c [|]]]]; try discriminate. clear Hx.
    unfold phi, compare, sum_of_maxes, pair_max, entry. cbn [sum fst snd nth].
    assert (E : (f0 + (f1 * fmax (fmax a b + f0) (fmax c c + f0) + f0) = fmax (fmax a b) c :> K)%of).
    { rewrite (fmax_l K c c) by apply fle_refl. replace (fmax a b + f0)%of with (fmax a b) by (rewrite zero_r; reflexivity).
      rewrite !zero_r, one_l, zero_l. reflexivity. }
    rewrite E. clear E. pose proof (fmax_le_l K a b) as A1. pose proof (fmax_le_r K a b) as A2.
    pose proof (fmax_le_l K (fmax a b) c) as A3. pose proof (fmax_le_r K (fmax a b) c) as A4. split.
    + destruct (fle_total K (fmax a b) c) as [H|H]; [rewrite fmax_r by exact H; simpl; tauto|].
      rewrite fmax_l by exact H. destruct (fle_total K a b) as [H'|H'];
        [rewrite fmax_r by exact H'|rewrite fmax_l by exact H']; simpl; tauto.
    + intros d [<-|[<-|[<-|[]]]]; [apply fle_trans with (fmax a b)|apply fle_trans with (fmax a b)|]; assumption.
Qed.

Theorem fan_in_exactly n m : In n [3; 4; 6; 8; 10]%nat -> (reachable K n m <-> (n - 2 <= m)%nat).
Proof.
  intros Hn. split; [apply fan_in_needed; simpl in Hn; lia|]. intros H.
  assert (E : forall k, (n = 2 * k + 2 -> 3 <= n <= 10 -> reachable K n m)%nat).
  { intros k Ek Hr. apply (reachable_more K n (2 * k)); [lia|]. apply possible_reachable, exactly; lia. }
  destruct Hn as [<-|[<-|[<-|[<-|[<-|[]]]]]]; [|apply (E 1%nat)|apply (E 2%nat)|apply (E 3%nat)|apply (E 4%nat)]; try lia.
  apply (reachable_more K 3 1); [lia|exact three_numbers].
Qed.
End Field.
