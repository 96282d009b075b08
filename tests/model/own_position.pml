/* For retries.pml: the endpoint reads from a position of its own, because it could not keep up or was paused. That position is
 * not fenced by the shard's key: own[epoch] is written without comparing, and lands at any later time, also when its owner has
 * been replaced. How an endpoint gets there and back is in positions.pml.
 *
 * Who takes over reads the shard's key, then the own position of the epoch that it names; stores that under its own epoch; then
 * writes the key, which is refused if it names another by now, and then loads the entries.
 */
typedef Place { byte known; bool sent, answered; byte value } /* what the bucket surely has; a write of it */
Place at[OWNERS + 1];
byte v;                           /* temporary of one step, 0 between steps */
#define WRITING (at[e].sent || at[e].answered)

/* The first message that is not done, of those that it has read. */
inline lowest() { v = 0; do :: v < o[e].head && !IN_THE_WAY(v) -> v++ :: else -> break od }

proctype Network(byte e) {
end:
  do
  :: d_step { at[e].sent -> at[e].sent = false; at[e].answered = true; own[e] = at[e].value; nothing_is_lost() }
  od
}

proctype Owner_(byte e) {
  byte before;
  d_step { epoch < e -> before = epoch };
#ifdef LOAD_BEFORE_SHARD
  d_step { ALL_LOADED -> skip };
#endif
  d_step { at[e].value = own[before]; at[e].sent = true };
#ifdef NAME_EPOCH_EARLY
  if
#else
  d_step { at[e].answered -> at[e].answered = false; at[e].known = at[e].value };
  if
#endif
  :: d_step { epoch == before -> epoch = e; before = 0; o[e].head = at[e].value; nothing_is_lost();
#ifdef LOAD_BEFORE_SHARD
       nothing_is_forgotten(); o[e].loaded = true
#endif
     }
  :: d_step { epoch != before -> before = 0 }; goto end_refused
  fi;
#ifndef LOAD_BEFORE_SHARD
  d_step { ALL_LOADED -> nothing_is_forgotten(); o[e].loaded = true };
#endif
end:
  do
  :: d_step { o[e].head < N ->
       if :: o[e].m[o[e].head].state == NOTHING -> o[e].m[o[e].head].state = HAND :: else -> skip fi; o[e].head++ }
  :: d_step { !WRITING -> lowest(); if :: v > at[e].known -> at[e].value = v; at[e].sent = true :: else -> skip fi; v = 0 }
  :: d_step { at[e].answered -> at[e].answered = false; at[e].known = at[e].value }
  :: d_step { rewinds < REWINDS && at[e].known < o[e].head && !WRITING -> rewinds++; o[e].head = at[e].known; let_go_from_head() }
  od;
end_refused: skip
}
