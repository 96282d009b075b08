/* An endpoint is deleted and created again under the same name, within one epoch of its shard, while what was written for the
 * first is still under way. The bucket: one key for the endpoint's own position, written without comparing.
 *
 * The rule: an own position's key holds the incarnation of its endpoint, so that what arrives late lands where nobody reads.
 * incarnations_test.py searches it, as it stands and without the rule.
 */
#define N 3                       /* events */
#define NONE 99
#ifdef KEY_BY_NAME
#define KEY(x) 0
#else
#define KEY(x) (x)
#endif
byte own[2] = NONE;               /* by KEY */
byte first = 0;                   /* of the second incarnation: events below it are not its */
byte shard = 0;                   /* the shard's position, which whoever has no own position reads from */
bool done[N];                     /* by the second incarnation */
bool exists = false;              /* the second: created, and its own position stored */

/* A write of incarnation x is under way: `value`, or NONE for a removal. */
typedef Write { bool sent, answered; byte value }
Write w[2];

proctype Network() {
end:
  do
  :: d_step { w[0].sent -> w[0].sent = false; w[0].answered = true; own[KEY(0)] = w[0].value }
  :: d_step { w[1].sent -> w[1].sent = false; w[1].answered = true; own[KEY(1)] = w[1].value }
  od
}

/* What a new owner would begin at, at any moment. */
#define BEGINS (own[KEY(1)] != NONE -> own[KEY(1)] : shard)
proctype Monitor() {
  byte i;
  atomic {
    exists ->
    /* nothing is lost, and nothing comes from before its beginning */
    i = 0; do :: i < N -> assert(i < first || done[i] || i >= BEGINS); i++ :: else -> break od;
    assert(BEGINS >= first)
  }
}

/* The first reads alone, is removed when it has caught up or deleted before, at any point; its last write stays under way. */
proctype First() {
  byte p = 0;
  do
  :: d_step { !w[0].sent -> w[0].answered = false; w[0].value = p; w[0].sent = true; if :: p < N -> p++ :: else -> skip fi }
  :: d_step { !w[0].sent -> w[0].answered = false; w[0].value = NONE; w[0].sent = true } -> break
  :: break
  od;
  run Second()
}

/* Created when the stream ends at `first`; it reads alone, does its events in any order, and writes the lowest not done. */
proctype Second() {
  byte known, i;
  d_step { first = 1; w[1].value = first; w[1].sent = true };
  d_step { w[1].answered -> w[1].answered = false; known = first; exists = true };
end:
  do
  :: shard < N -> shard++         /* others have done theirs; it is not counted while it reads alone */
  :: d_step { !done[1] -> done[1] = true }
  :: d_step { !done[2] -> done[2] = true }
  :: d_step { !w[1].sent && !w[1].answered -> i = first; do :: i < N && done[i] -> i++ :: else -> break od;
       if :: i > known -> w[1].value = i; w[1].sent = true :: else -> skip fi; i = 0 }
  :: d_step { w[1].answered -> w[1].answered = false; known = w[1].value }
  od
}

init { atomic { run Network(); run First(); run Monitor() } }
