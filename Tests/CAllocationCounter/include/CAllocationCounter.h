#ifndef PORTCULLIS_CALLOCATIONCOUNTER_H
#define PORTCULLIS_CALLOCATIONCOUNTER_H

/* Counts the calling thread's heap allocations, for the budgets that tests keep. */

/* Zero under a sanitizer, which has an allocator of its own: then nothing is counted. */
int portcullis_counts_allocations(void);
/* malloc, calloc, realloc and aligned allocations of this thread so far. */
long portcullis_allocation_count(void);

#endif
