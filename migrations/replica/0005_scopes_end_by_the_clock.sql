-- What a person may see during their shift alone is taken off by the device itself when the shift ends.

-- when the scope ends by the clock, as the server last said; microseconds by its clock
alter table scope add column until integer;
-- when it ended so and was taken off here; it is asked for from its start, and the server says what has become of it
alter table scope add column ended integer;
