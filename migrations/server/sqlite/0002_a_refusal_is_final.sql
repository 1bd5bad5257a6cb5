-- A copy of a refused change that arrives late gets the answer the change got: every refusal is looked up by its change.

create index refusal_of_change on refusal (workspace, enrolment, doc, hash) where hash is not null;
