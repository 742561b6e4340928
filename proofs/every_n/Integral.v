(** * Integrals up to the least of the inputs are combinations of exponentials *)

From Coq Require Import List ZArith QArith Ring Setoid Morphisms Lia.
From Maxpooling Require Import OrderedField Network Deeper Laurent.
Import ListNotations.
Open Scope list_scope.
Local Open Scope t_scope.

Add Ring G_ring : g_ring (setoid geq_equiv g_ring_ext).

Global Instance res_g : Proper (geq ==> geq) res.
Proof. intros p q H F x. rewrite (H F x). reflexivity. Qed.
Global Instance ct_g : Proper (geq ==> geq) ct.
Proof. intros p q H F x. rewrite (H F x). reflexivity. Qed.
Global Instance der_g : Proper (geq ==> geq) der.
Proof. intros p q H F x. rewrite (H F x). reflexivity. Qed.
Global Instance int_g : Proper (geq ==> geq) int.
Proof. intros p q H F x. rewrite (H F x). reflexivity. Qed.
Global Instance at_g j : Proper (geq ==> geq) (at_ j).
Proof. intros p q H F x. rewrite (H F x). reflexivity. Qed.
Global Instance sub_g : Proper (geq ==> geq ==> geq) tsub.
Proof. intros p q H p' q' H'. unfold tsub. rewrite H, H'. reflexivity. Qed.
Lemma geq_map_add (g : Q * (mono * Z) -> Q * (mono * Z)) p q : map g (p + q) == map g p + map g q.
Proof. intros F x. apply map_add. Qed.
Lemma res_c c p : const c -> res (c * p) == c * res p.
Proof. intros H F x. apply res_const, H. Qed.
Lemma der_c c p : const c -> der (c * p) == c * der p.
Proof. intros H F x. apply der_const, H. Qed.
Lemma int_c c p : const c -> int (c * p) == c * int p.
Proof. intros H F x. apply int_const, H. Qed.
Lemma at_c j c : const c -> at_ j c == c.
Proof. intros H F x. apply at_const, H. Qed.
Lemma at_m j p q : at_ j (p * q) == at_ j p * at_ j q.
Proof. intros F x. apply at_mul. Qed.
Lemma der_m p q : der (p * q) == der p * q + p * der q.
Proof. intros F x. apply der_mul. Qed.
Lemma res_d p : res (der p) == tzero.
Proof. intros F x. apply res_der. Qed.
Lemma int_d p : int (der p) == p - ct p.
Proof. intros F x. apply int_der. Qed.
Lemma res_a p q : res (p + q) == res p + res q. Proof. apply geq_map_add. Qed.
Lemma der_a p q : der (p + q) == der p + der q. Proof. apply geq_map_add. Qed.
Lemma int_a p q : int (p + q) == int p + int q. Proof. apply geq_map_add. Qed.
Lemma at_a j p q : at_ j (p + q) == at_ j p + at_ j q. Proof. apply geq_map_add. Qed.

Section Helpers.
Variable F : ofield.
Add Ring FR : (f_ring F).
Lemma h1 (m : F) : (1 * m + (- (1) * m + 0) = 0)%of. Proof. ring. Qed.
Lemma h2 (p q a : F) : (p * a + 0 + (q * a + 0) = (p + q) * a + 0)%of. Proof. ring. Qed.
Lemma h3 (a : F) : (0 * a + 0 = 0)%of. Proof. ring. Qed.
End Helpers.

(** Single terms. *)
Definition tq (q : Q) : T := [(q, ([], 0%Z))].
Definition X (i : nat) : T := [(1%Q, ([(1%Z, (i, i))], 0%Z))].
Definition Y (i : nat) : T := [(1%Q, ([((-1)%Z, (i, i))], 0%Z))].
Definition Pw (z : Z) : T := [(1%Q, ([], z))].
Definition mx (i j : nat) : T := [(1%Q, ([(1%Z, (i, j))], 0%Z))].
Definition pos (i j : nat) : T := mx i j - X j.
Notation tt := (Pw 1). Notation ti := (Pw (-1)).

Lemma single q q' m m' z z' : Qeq q q' -> (forall (F : ofield) (x : nat -> F), mval x m = mval x m') -> z = z' ->
  ([(q, (m, z))] : T) == [(q', (m', z'))].
Proof.
  intros Hq Hm <- F x h. unfold tev. cbn [sum fst snd]. rewrite (ofQ_ext F q q' Hq), Hm. reflexivity.
Qed.
Lemma Pw_mul z z' : Pw z * Pw z' == Pw (z + z')%Z.
Proof. apply single; [reflexivity|reflexivity|reflexivity]. Qed.
Lemma XY i : X i * Y i == tone.
Proof.
  apply single; [reflexivity| |reflexivity]. intros F x. cbn [mval app fst snd].
  change (-1)%Z with (- (1))%Z. rewrite ofZ_opp, ofZ_1.
  apply h1.
Qed.
Lemma tq_mul p q : tq p * tq q == tq (p * q).
Proof. apply single; reflexivity. Qed.
Lemma tq_add p q : tq p + tq q == tq (p + q).
Proof.
  intros F x h. rewrite tev_add. unfold tev, tq. cbn [sum fst snd mval]. rewrite ofQ_add.
  apply h2.
Qed.
Lemma tq_ext p q : Qeq p q -> tq p == tq q.
Proof. intros H. apply single; [exact H|reflexivity|reflexivity]. Qed.
Lemma tq_1 : tq 1 == tone. Proof. reflexivity. Qed.
Lemma tq_0 : tq 0 == tzero.
Proof. intros F x h. unfold tev, tq. cbn [sum fst snd mval tzero]. rewrite ofQ_0. apply h3. Qed.
Lemma der_Pw z : der (Pw z) == tq (inject_Z z) * Pw (z - 1)%Z.
Proof. apply single; [apply Qmult_comm|reflexivity|reflexivity]. Qed.

Lemma const_one q m : const [(q, (m, 0%Z))].
Proof. intros e [<-|[]]. reflexivity. Qed.
Lemma const_add p q : const p -> const q -> const (p + q).
Proof. intros Hp Hq e He. apply in_app_or in He. destruct He; auto. Qed.
Lemma const_opp p : const p -> const (- p).
Proof. intros Hp e He. apply in_map_iff in He. destruct He as [d [<- Hd]]. apply (Hp d Hd). Qed.
Lemma const_sub p q : const p -> const q -> const (p - q).
Proof. intros Hp Hq. apply const_add; [exact Hp|apply const_opp, Hq]. Qed.
Lemma const_mul p q : const p -> const q -> const (p * q).
Proof.
  intros Hp Hq e He. apply in_flat_map in He. destruct He as [d [Hd He]]. apply in_map_iff in He.
  destruct He as [u [<- Hu]]. cbn [fst snd]. pose proof (Hp d Hd) as E1. pose proof (Hq u Hu) as E2. exact (f_equal2 Z.add E1 E2).
Qed.
Lemma const_res p : const (res p).
Proof. intros e He. apply in_map_iff in He. destruct He as [d [<- Hd]]. reflexivity. Qed.
Lemma const_zero : const tzero. Proof. intros e []. Qed.
Global Hint Resolve const_one const_add const_opp const_sub const_mul const_res const_zero : tconst.
Ltac tc := repeat first [apply const_one | apply const_add | apply const_sub | apply const_opp | apply const_mul | apply const_res | apply const_zero | assumption].

(** (iii) *)
Section Divide.
Variable i : nat.
Variable d : nat.
Hypothesis Hd : (1 <= d)%nat.
Let qd := inject_Z (Z.of_nat d).
Definition D (g : T) : T := (X i - tt) * der g - tq qd * g.
Definition S_ (h : T) : Set := {g : T & {c : T | const c /\ h == D g + c * ti}}.
Lemma S_ext h h' : h == h' -> S_ h -> S_ h'.
Proof. intros H [g [c [Hc E]]]. exists g, c. split; [exact Hc|]. rewrite <- H. exact E. Qed.
Lemma D_add g g' : D (g + g') == D g + D g'.
Proof. unfold D. rewrite der_a. ring. Qed.
Lemma D_const c g : const c -> D (c * g) == c * D g.
Proof. intros H. unfold D. rewrite der_c by exact H. ring. Qed.
Lemma S_add h h' : S_ h -> S_ h' -> S_ (h + h').
Proof.
  intros [g [c [Hc E]]] [g' [c' [Hc' E']]]. exists (g + g'), (c + c'). split; [tc|].
  rewrite E, E', D_add. ring.
Qed.
Lemma S_const a h : const a -> S_ h -> S_ (a * h).
Proof.
  intros Ha [g [c [Hc E]]]. exists (a * g), (a * c). split; [tc|]. rewrite E, D_const by exact Ha. ring.
Qed.
Lemma S_D g : S_ (D g).
Proof. exists g, tzero. split; [tc|]. ring. Qed.
Lemma D_Pw z : D (Pw z) == tq (inject_Z z) * X i * Pw (z - 1)%Z - tq (inject_Z (z + Z.of_nat d)%Z) * Pw z.
Proof.
  unfold D. rewrite der_Pw. rewrite inject_Z_plus, <- tq_add. fold qd.
  assert (E : tt * Pw (z - 1)%Z == Pw z) by (rewrite Pw_mul; apply single; [reflexivity|reflexivity|lia]).
  transitivity (tq (inject_Z z) * X i * Pw (z - 1)%Z - tq (inject_Z z) * (tt * Pw (z - 1)%Z) - tq qd * Pw z); [ring|].
  rewrite E. ring.
Qed.
Lemma tq_inv z : z <> 0%Z -> tq (/ inject_Z z) * tq (inject_Z z) == tone.
Proof.
  intros H. rewrite tq_mul, <- tq_1. apply tq_ext. rewrite Qmult_comm. apply Qmult_inv_r.
  intros E. apply H. unfold Qeq in E. cbn in E. lia.
Qed.
Lemma S_up z : (0 <= z)%Z -> S_ (Pw (z - 1)%Z) -> S_ (Pw z).
Proof.
  intros Hz H. set (u := (z + Z.of_nat d)%Z). assert (Hu : u <> 0%Z) by (unfold u; lia).
  apply S_ext with (tq (/ inject_Z u) * (tq (inject_Z z) * X i * Pw (z - 1)%Z) + - tq (/ inject_Z u) * D (Pw z)).
  - rewrite D_Pw. fold u. transitivity (tq (/ inject_Z u) * tq (inject_Z u) * Pw z); [ring|]. rewrite tq_inv by exact Hu. ring.
  - apply S_add; apply S_const; try (unfold tq; tc; fail); [apply S_const; [unfold tq, X; tc|exact H]|apply S_D].
Qed.
Lemma S_down z : (z <= -1)%Z -> S_ (Pw z) -> S_ (Pw (z - 1)%Z).
Proof.
  intros Hz H. set (u := (z + Z.of_nat d)%Z).
  apply S_ext with (tq (/ inject_Z z) * Y i * (D (Pw z) + tq (inject_Z u) * Pw z)).
  - rewrite D_Pw. fold u. transitivity (tq (/ inject_Z z) * tq (inject_Z z) * (X i * Y i) * Pw (z - 1)%Z); [ring|].
    rewrite tq_inv by lia. rewrite XY. ring.
  - apply S_const; [unfold tq, Y; tc|]. apply S_add; [apply S_D|apply S_const; [unfold tq; tc|exact H]].
Qed.
Lemma S_minus1 : S_ ti.
Proof.
  exists tzero, tone. split; [unfold tone; tc|]. unfold D. change (der tzero) with tzero. ring.
Qed.
Lemma S_Pw z : S_ (Pw z).
Proof.
  destruct (Z_le_gt_dec 0 z) as [H|H].
  - revert z H. apply natlike_rec.
    + apply S_up; [lia|]. exact S_minus1.
    + intros z Hz IH. apply S_up; [lia|]. replace (Z.succ z - 1)%Z with z by lia. exact IH.
  - assert (A : forall m, (0 <= m)%Z -> S_ (Pw (-1 - m)%Z)).
    { apply natlike_rec; [exact S_minus1|]. intros m Hm IH. replace (-1 - Z.succ m)%Z with (-1 - m - 1)%Z by lia.
      apply S_down; [lia|exact IH]. }
    replace z with (-1 - (-1 - z))%Z by lia. apply A. lia.
Qed.
Theorem divide h : S_ h.
Proof.
  induction h as [|[q [m z]] h IH].
  - exists tzero, tzero. split; [tc|]. unfold D. change (der tzero) with tzero. change ([] : T) with tzero.
    symmetry. transitivity tzero; [ring|reflexivity].
  - apply S_ext with ([(q, (m, 0%Z))] * Pw z + h).
    + change ((q, (m, z)) :: h) with ([(q, (m, z))] + h). apply gadd_proper; [|reflexivity].
      apply single; [apply Qmult_1_r|intros; cbn; rewrite app_nil_r; reflexivity|reflexivity].
    + apply S_add; [|exact IH]. apply S_const; [tc|apply S_Pw].
Qed.
End Divide.

(** Products over the inputs. *)
Fixpoint prodl (l : list nat) : T := match l with [] => tone | j :: r => (X j - tt) * prodl r end.
Fixpoint prodX (l : list nat) : T := match l with [] => tone | j :: r => X j * prodX r end.
Fixpoint prodY (l : list nat) : T := match l with [] => tone | j :: r => Y j * prodY r end.
Fixpoint splits (l : list nat) : list (nat * list nat) :=
  match l with [] => [] | j :: r => (j, r) :: map (fun s => (fst s, j :: snd s)) (splits r) end.
Fixpoint tsum {A : Type} (f : A -> T) (l : list A) : T := match l with [] => tzero | a :: r => f a + tsum f r end.
Lemma tsum_ext A (f g : A -> T) l : (forall a, In a l -> f a == g a) -> tsum f l == tsum g l.
Proof.
  induction l as [|a l IH]; intros H; cbn [tsum]; [reflexivity|]. rewrite (H a) by (left; reflexivity).
  rewrite IH; [reflexivity|]. intros; apply H; right; assumption.
Qed.
Lemma tsum_add A (f g : A -> T) l : tsum (fun a => f a + g a) l == tsum f l + tsum g l.
Proof. induction l as [|a l IH]; cbn [tsum]; [ring|rewrite IH; ring]. Qed.
Lemma tsum_mul A c (f : A -> T) l : tsum (fun a => c * f a) l == c * tsum f l.
Proof. induction l as [|a l IH]; cbn [tsum]; [ring|rewrite IH; ring]. Qed.
Lemma tsum_map A B (g : A -> B) (f : B -> T) l : tsum f (map g l) == tsum (fun a => f (g a)) l.
Proof. induction l as [|a l IH]; cbn [tsum map]; [ring|rewrite IH; ring]. Qed.
Lemma tsum_const A (c : T) (l : list A) : tsum (fun _ => c) l == tq (inject_Z (Z.of_nat (length l))) * c.
Proof.
  induction l as [|a l IH]; cbn [tsum length]; [rewrite tq_0; ring|]. rewrite IH.
  rewrite Nat2Z.inj_succ, <- Z.add_1_l, inject_Z_plus, <- tq_add. change (inject_Z 1) with 1%Q. rewrite tq_1. ring.
Qed.
Lemma tsum_const_p A (f : A -> T) l : (forall a, const (f a)) -> const (tsum f l).
Proof. intros H. induction l as [|a l IH]; cbn [tsum]; [tc|]. apply const_add; [apply H|exact IH]. Qed.

Lemma splits_prod l s : In s (splits l) -> prodl l == (X (fst s) - tt) * prodl (snd s).
Proof.
  revert s. induction l as [|j l IH]; intros s []; [subst; reflexivity|].
  apply in_map_iff in H. destruct H as [u [<- Hu]]. cbn [fst snd prodl]. rewrite (IH u Hu). ring.
Qed.
Lemma splits_in l s n : In s (splits l) -> In n l <-> n = fst s \/ In n (snd s).
Proof.
  revert s. induction l as [|j l IH]; intros s []; [subst; cbn; intuition congruence|].
  apply in_map_iff in H. destruct H as [u [<- Hu]]. cbn [fst snd In]. rewrite (IH u Hu). tauto.
Qed.
Lemma splits_length l s : In s (splits l) -> length l = S (length (snd s)).
Proof.
  revert s. induction l as [|j l IH]; intros s []; [subst; reflexivity|].
  apply in_map_iff in H. destruct H as [u [<- Hu]]. cbn [fst snd length]. rewrite (IH u Hu). reflexivity.
Qed.
Lemma splits_number l : length (splits l) = length l.
Proof. induction l as [|j l IH]; cbn [splits length]; [reflexivity|]. rewrite map_length, IH. reflexivity. Qed.
Lemma der_const0 c : const c -> der c == tzero.
Proof.
  intros H. transitivity (der (c * tone)).
  - apply der_g. ring.
  - rewrite der_c by exact H. assert (E : der tone == tzero).
    { change tone with (Pw 0). rewrite der_Pw. change (inject_Z 0) with 0%Q. rewrite tq_0. ring. }
    rewrite E. ring.
Qed.
Lemma der_factor j : der (X j - tt) == - tone.
Proof.
  unfold tsub. rewrite der_a. rewrite der_const0 by (unfold X; tc).
  assert (E : - tt == tq (-1) * tt) by (apply single; reflexivity). rewrite E, der_c by (unfold tq; tc).
  rewrite der_Pw. transitivity (tq (-1)); [|apply single; reflexivity].
  apply single; reflexivity.
Qed.
Lemma der_prodl l : der (prodl l) == - tsum (fun s => prodl (snd s)) (splits l).
Proof.
  induction l as [|j l IH]; cbn [prodl splits tsum].
  - rewrite der_const0 by (unfold tone; tc). ring.
  - rewrite der_m, der_factor, IH, tsum_map. cbn [fst snd prodl]. rewrite tsum_mul. ring.
Qed.
Lemma prodXY l : prodX l * prodY l == tone.
Proof.
  induction l as [|j l IH]; cbn [prodX prodY]; [ring|].
  transitivity (X j * Y j * (prodX l * prodY l)); [ring|]. rewrite XY, IH. ring.
Qed.
Lemma const_prodY l : const (prodY l).
Proof. induction l; cbn [prodY]; [unfold tone; tc|]. apply const_mul; [unfold Y; tc|assumption]. Qed.
Lemma const_prodX l : const (prodX l).
Proof. induction l; cbn [prodX]; [unfold tone; tc|]. apply const_mul; [unfold X; tc|assumption]. Qed.
Lemma res_Pw z : z <> (-1)%Z -> res (Pw z) == tzero.
Proof.
  intros H F x h. unfold tev, Pw, res. cbn [map sum fst snd tzero]. destruct (Z.eqb_spec z (-1)); [contradiction|].
  rewrite ofQ_0. apply h3.
Qed.
Lemma res_nonneg l z : (0 <= z)%Z -> res (Pw z * prodl l) == tzero.
Proof.
  revert z. induction l as [|j l IH]; intros z Hz; cbn [prodl].
  - transitivity (res (Pw z)); [apply res_g; ring|]. apply res_Pw. lia.
  - transitivity (res (X j * (Pw z * prodl l) + tq (-1) * (Pw (z + 1)%Z * prodl l))).
    + apply res_g. rewrite <- (Pw_mul z 1). assert (E : tq (-1) == - tone) by (apply single; reflexivity). rewrite E. ring.
    + rewrite res_a. rewrite (res_c (X j)) by (unfold X; tc). rewrite (res_c (tq (-1))) by (unfold tq; tc).
      rewrite (IH z), (IH (z + 1)%Z) by lia. ring.
Qed.
Lemma res_prodl l : res (prodl l * ti) == prodX l.
Proof.
  induction l as [|j l IH]; cbn [prodl prodX].
  - transitivity (res ti); [apply res_g; ring|]. reflexivity.
  - transitivity (res (X j * (prodl l * ti) + tq (-1) * (Pw 0 * prodl l))).
    + apply res_g. change (Pw 0) with (Pw (1 + -1)%Z). rewrite <- (Pw_mul 1 (-1)). assert (E : tq (-1) == - tone) by (apply single; reflexivity). rewrite E.
      ring.
    + rewrite res_a. rewrite (res_c (X j)) by (unfold X; tc). rewrite (res_c (tq (-1))) by (unfold tq; tc).
      rewrite IH, res_nonneg by lia. ring.
Qed.

(** The assertion L(f): the integral of f up to the least of the inputs is a combination of exponentials. *)
Definition least {F : ofield} (x : nat -> F) (l : list nat) (j : nat) : Prop :=
  In j l /\ forall n, In n l -> (x j <= x n)%of.
Definition Good (l : list nat) (f : T) :=
  {a : T | forall (F : ofield) (x : nat -> F) j, least x l j -> teq x (at_ j (int f)) a}.

Lemma Good_ext l f g : f == g -> Good l f -> Good l g.
Proof.
  intros H [a Ha]. exists a. intros F x j Hj. rewrite <- (Ha F x j Hj). symmetry. apply (at_g j), int_g, H.
Qed.
Lemma Good_add l f g : Good l f -> Good l g -> Good l (f + g).
Proof.
  intros [a Ha] [b Hb]. exists (a + b). intros F x j Hj.
  rewrite (at_g j _ _ (int_a f g) F x), (at_a j (int f) (int g) F x), (Ha F x j Hj), (Hb F x j Hj). reflexivity.
Qed.
Lemma Good_zero l : Good l tzero.
Proof. exists tzero. intros; reflexivity. Qed.
Lemma Good_tsum A l (f : A -> T) s : (forall a, In a s -> Good l (f a)) -> Good l (tsum f s).
Proof.
  induction s as [|a s IH]; intros H; cbn [tsum]; [apply Good_zero|].
  apply Good_add; [apply H; left; reflexivity|]. apply IH. intros; apply H; right; assumption.
Qed.

(** (ii) *)
Lemma const_ct p : const (ct p).
Proof. intros e He. apply in_map_iff in He. destruct He as [d [<- Hd]]. reflexivity. Qed.
Lemma at_X j : at_ j (X j - tt) == tzero.
Proof.
  unfold tsub. rewrite at_a, at_c by (unfold X; tc).
  assert (E : at_ j (- tt) == - X j). { apply single; [reflexivity| |reflexivity]. reflexivity. }
  rewrite E. ring.
Qed.
Lemma at_prodl j l : In j l -> at_ j (prodl l) == tzero.
Proof.
  induction l as [|i l IH]; intros []; cbn [prodl]; rewrite at_m.
  - subst. rewrite at_X. ring.
  - rewrite IH by assumption. ring.
Qed.
Lemma Good_der l h : Good l (der (prodl l * h)).
Proof.
  exists (- ct (prodl l * h)). intros F x j [Hj _].
  enough (E : at_ j (int (der (prodl l * h))) == - ct (prodl l * h)) by exact (E F x).
  rewrite int_d. unfold tsub. rewrite at_a, at_m, at_prodl by exact Hj.
  rewrite (at_c j (- ct (prodl l * h))) by (apply const_opp, const_ct). ring.
Qed.

(** (i) *)
Section Points.
Variable F : ofield.
Variable x : nat -> F.
Add Ring P_ring : (t_ring F x) (setoid (teq_equiv F x) (t_ring_ext F x)).
Global Instance sub_p : Proper (teq x ==> teq x ==> teq x) tsub.
Proof. intros p q H p' q' H'. unfold tsub. rewrite H, H'. reflexivity. Qed.
Lemma mx_l i j : (x j <= x i)%of -> teq x (mx i j) (X i).
Proof. intros H h. unfold tev, mx, X. cbn [sum fst snd mval]. rewrite (fmax_l _ _ _ H), fmax_same. reflexivity. Qed.
Lemma mx_r i j : (x i <= x j)%of -> teq x (mx i j) (X j).
Proof. intros H h. unfold tev, mx, X. cbn [sum fst snd mval]. rewrite (fmax_r _ _ _ H), fmax_same. reflexivity. Qed.
Lemma pos_l i j : (x j <= x i)%of -> teq x (pos i j) (X i - X j).
Proof. intros H. unfold pos, tsub. rewrite mx_l by exact H. reflexivity. Qed.
Lemma pos_r i j : (x i <= x j)%of -> teq x (pos i j) tzero.
Proof. intros H. unfold pos, tsub. rewrite mx_r by exact H. ring. Qed.
Lemma X_same i j : x i = x j -> teq x (X i) (X j).
Proof. intros H h. unfold tev, X. cbn [sum fst snd mval]. rewrite H. reflexivity. Qed.
Lemma same_0 i j u v w : (x i <= x j)%of -> (x j <= x i)%of ->
  teq x ((X i - X j) * u) (pos i j * v - pos j i * w).
Proof.
  intros H1 H2. rewrite (pos_r i j) by exact H1. rewrite (pos_r j i) by exact H2. unfold tsub.
  rewrite (X_same i j) by (apply fle_antisym; assumption). ring.
Qed.
Lemma less_l i j u v w : (x j <= x i)%of -> teq x u v -> teq x ((X i - X j) * u) (pos i j * v - pos j i * w).
Proof.
  intros H E. rewrite (pos_l i j) by exact H. rewrite (pos_r j i) by exact H. rewrite E. ring.
Qed.
Lemma less_r i j u v w : (x i <= x j)%of -> teq x u w -> teq x ((X i - X j) * u) (pos i j * v - pos j i * w).
Proof.
  intros H E. rewrite (pos_r i j) by exact H. rewrite (pos_l j i) by exact H. rewrite E. ring.
Qed.
End Points.

Lemma step_i i l s k : In s (splits l) -> Good (fst s :: snd s) k -> Good (i :: snd s) k ->
  Good (i :: l) ((X i - X (fst s)) * k).
Proof.
  destruct s as [j r]. cbn [fst snd]. intros Hs [a Ha] [b Hb].
  exists (pos i j * a - pos j i * b). intros F x n [Hn Hm].
  assert (E : at_ n (int ((X i - X j) * k)) == (X i - X j) * at_ n (int k)).
  { rewrite int_c by (unfold X; tc). rewrite at_m, (at_c n (X i - X j)) by (unfold X; tc). reflexivity. }
  rewrite (E F x). clear E.
  assert (IN : forall m, In m l <-> m = j \/ In m r) by (intros m; apply (splits_in l (j, r) m Hs)).
  assert (Hi : (x n <= x i)%of) by (apply Hm; left; reflexivity).
  assert (Hj : (x n <= x j)%of) by (apply Hm; right; apply IN; left; reflexivity).
  assert (Hr : forall m, In m r -> (x n <= x m)%of) by (intros m H; apply Hm; right; apply IN; right; exact H).
  destruct (fle_total F (x i) (x j)) as [H|H].
  - destruct Hn as [->|Hn].
    + apply less_r; [exact H|]. apply Hb. split; [left; reflexivity|]. intros m [->|Hm']; [exact Hi|auto].
    + apply IN in Hn. destruct Hn as [->|Hn].
      * apply same_0; assumption.
      * apply less_r; [exact H|]. apply Hb. split; [right; exact Hn|]. intros m [<-|Hm']; [exact Hi|auto].
  - destruct Hn as [->|Hn].
    + apply same_0; assumption.
    + apply less_l; [exact H|]. apply Ha. apply IN in Hn. split; [destruct Hn; [left; congruence|right; assumption]|].
      intros m [<-|Hm']; [exact Hj|auto].
Qed.

(** The theorem, by induction on the number of inputs. *)
Lemma Good_one i k : Good [i] k.
Proof.
  exists (at_ i (int k)). intros F x j [[->|[]] _]. reflexivity.
Qed.
Theorem integral_to_the_least d : forall l i k, length l = d -> res (prodl l * k) == tzero -> Good (i :: l) (prodl l * k).
Proof.
  induction d as [|d IH]; intros l i k Hl Hk.
  - destruct l; [apply Good_one|discriminate].
  - set (n := S (S d)). destruct (divide i n ltac:(unfold n; lia) k) as [g [c0 [Hc0 Ek]]].
    set (c := fun s : nat * list nat => res (prodl (snd s) * g)).
    set (kh := fun s => g - c s * ((X (fst s) - tt) * ti * prodY l)).
    set (B := c0 + prodY l * tsum (fun s => c s * (X i - X (fst s))) (splits l)).
    assert (HB : const B).
    { unfold B. apply const_add; [exact Hc0|]. apply const_mul; [apply const_prodY|]. apply tsum_const_p.
      intros s. apply const_mul; [apply const_res|unfold X; tc]. }
    assert (Eder : der (prodl (i :: l) * g) == prodl l * (D i n g) - tsum (fun s => (X i - X (fst s)) * (prodl (snd s) * g)) (splits l)).
    { cbn [prodl]. rewrite !der_m, der_factor, der_prodl.
      assert (E : tsum (fun s => (X i - X (fst s)) * (prodl (snd s) * g)) (splits l)
        == (X i - tt) * g * tsum (fun s => prodl (snd s)) (splits l) - tq (inject_Z (Z.of_nat (length l))) * (prodl l * g)).
      { transitivity (tsum (fun s => (X i - tt) * g * prodl (snd s) + - tone * (prodl l * g)) (splits l)).
        - apply tsum_ext. intros s Hs. rewrite (splits_prod l s Hs). ring.
        - rewrite tsum_add, (tsum_mul _ ((X i - tt) * g) (fun s => prodl (snd s))), (tsum_const _ (- tone * (prodl l * g))).
          rewrite splits_number. ring. }
      rewrite E, Hl. unfold D, n. rewrite (Nat2Z.inj_succ (S d)), <- Z.add_1_l, inject_Z_plus, <- tq_add.
      change (inject_Z 1) with 1%Q. rewrite tq_1. ring. }
    assert (Esum : tsum (fun s => (X i - X (fst s)) * (prodl (snd s) * kh s)) (splits l) ==
       tsum (fun s => (X i - X (fst s)) * (prodl (snd s) * g)) (splits l)
       - prodl l * ti * prodY l * tsum (fun s => c s * (X i - X (fst s))) (splits l)).
    { transitivity (tsum (fun s => (X i - X (fst s)) * (prodl (snd s) * g) +
        - (prodl l * ti * prodY l) * (c s * (X i - X (fst s)))) (splits l)).
      - apply tsum_ext. intros s Hs. unfold kh. rewrite (splits_prod l s Hs). ring.
      - rewrite tsum_add, (tsum_mul _ (- (prodl l * ti * prodY l)) (fun s => c s * (X i - X (fst s)))). ring. }
    assert (Ef : prodl l * k == der (prodl (i :: l) * g) + tsum (fun s => (X i - X (fst s)) * (prodl (snd s) * kh s)) (splits l)
       + B * (prodl l * ti)).
    { rewrite Eder, Esum. unfold B. rewrite Ek at 1. ring. }
    assert (Rk : forall s, In s (splits l) -> res (prodl (snd s) * kh s) == tzero).
    { intros s Hs. transitivity (res (prodl (snd s) * g) + - (c s * prodY l) * res (prodl l * ti)).
      - rewrite <- res_c by (apply const_opp, const_mul; [apply const_res|apply const_prodY]).
        rewrite <- res_a. apply res_g. unfold kh. rewrite (splits_prod l s Hs). ring.
      - rewrite res_prodl. fold (c s). transitivity (c s - c s * (prodX l * prodY l)); [ring|].
        rewrite prodXY. ring. }
    assert (R0 : B == tzero).
    { assert (R : res (tsum (fun s => (X i - X (fst s)) * (prodl (snd s) * kh s)) (splits l)) == tzero).
      { revert Rk. generalize (splits l). induction l0 as [|s m IHm]; intros Rk; cbn [tsum]; [reflexivity|].
        rewrite res_a, res_c by (unfold X; tc). rewrite (Rk s) by (left; reflexivity).
        rewrite IHm by (intros; apply Rk; right; assumption). ring. }
      assert (R1 : B * prodX l == tzero).
      { rewrite <- res_prodl, <- res_c by exact HB. rewrite Ef, !res_a, res_d, R in Hk. rewrite <- Hk. ring. }
      transitivity (B * (prodX l * prodY l)); [rewrite prodXY; ring|].
      transitivity (B * prodX l * prodY l); [ring|]. rewrite R1. ring. }
    apply Good_ext with (der (prodl (i :: l) * g) + tsum (fun s => (X i - X (fst s)) * (prodl (snd s) * kh s)) (splits l)).
    + rewrite Ef, R0. ring.
    + apply Good_add; [apply Good_der|]. apply Good_tsum. intros s Hs. apply step_i; [exact Hs| |].
      * apply IH; [|apply Rk, Hs]. pose proof (splits_length l s Hs). lia.
      * apply IH; [|apply Rk, Hs]. pose proof (splits_length l s Hs). lia.
Qed.
