//! Stories of lists: search, order, pages of rows, the day, news, and what a case shows.
//!
//! Every row here came through the feed.

mod town;

use feltbog_casebook::{Edit, Kind, Scalar};
use feltbog_ids::Instant;
use feltbog_views::{CaseFilter, CaseListView, CaseSort, ItemState, Show};
use town::{NOON, Office, Tablet, case, doc, person};

fn list(tablet: &Tablet, words: &str, filter: &CaseFilter, sort: CaseSort) -> CaseListView {
    tablet
        .notebook
        .cases(words, filter, sort, (0, 200), NOON)
        .expect("the list is read")
}

fn subjects(view: &CaseListView) -> Vec<&str> {
    view.rows.iter().map(|row| row.subject.as_str()).collect()
}

#[test]
fn sorensen_finds_soerensen_and_aagade_finds_aagade() {
    let mut office = Office::new();
    office.put_case(doc(11), "Ida Sørensen", "Ågade 7");
    let tablet = Tablet::synced(1, &mut office);
    for words in ["sorensen", "Sørensen", "soerensen", "SØREN", "ida sor"] {
        assert_eq!(
            subjects(&list(&tablet, words, &CaseFilter::default(), CaseSort::Subject)),
            ["Ida Sørensen"],
            "{words}"
        );
    }
    for words in ["Aagade", "ågade", "agade 7"] {
        assert!(subjects(&list(&tablet, words, &CaseFilter::default(), CaseSort::Subject)).contains(&"Ida Sørensen"));
    }
    assert_eq!(
        list(&tablet, "findes-ikke", &CaseFilter::default(), CaseSort::Subject).total,
        0
    );
    list(&tablet, "\" OR folded : *", &CaseFilter::default(), CaseSort::Subject);
}

#[test]
fn a_case_whose_note_waits_is_not_shown_as_sent() {
    let mut office = Office::new();
    let mut tablet = Tablet::synced(1, &mut office);
    let item = |tablet: &Tablet| {
        let rows = list(tablet, "", &CaseFilter::default(), CaseSort::Subject).rows;
        rows.iter().find(|row| row.id == case()).expect("the case is here").item
    };
    assert_eq!(item(&tablet), ItemState::Received);
    tablet.types(doc(40), &[], "", "Kun her");
    assert_eq!(item(&tablet), ItemState::Kept);
    tablet.syncs(&mut office);
    assert!(matches!(item(&tablet), ItemState::Sent { .. }));
}

#[test]
fn a_word_of_a_note_finds_its_case_once_it_is_indexed() {
    let mut office = Office::new();
    let long = format!("{} rabarberkvarteret", "ord ".repeat(100));
    office.put(
        Kind::Note,
        doc(40),
        Some(case()),
        &[Edit::Type {
            before: String::new(),
            after: long,
        }],
    );
    let mut tablet = Tablet::synced(1, &mut office);
    while !tablet.notebook.index_some(10).unwrap().docs.is_empty() {}
    let view = list(&tablet, "rabarber", &CaseFilter::default(), CaseSort::Subject);
    assert_eq!(subjects(&view), ["Solveig Lærke"]);
    assert_eq!(view.unindexed, 0);
}

#[test]
fn names_stand_in_danish_order() {
    let mut office = Office::new();
    for (id, name) in [
        (11, "Åse"),
        (12, "Ørn"),
        (13, "zita"),
        (14, "Aage"),
        (15, "Æble"),
        (16, "Anna"),
    ] {
        office.put_case(doc(id), name, "");
    }
    let tablet = Tablet::synced(1, &mut office);
    let view = list(&tablet, "", &CaseFilter::default(), CaseSort::Subject);
    assert_eq!(
        subjects(&view),
        ["Anna", "Solveig Lærke", "zita", "Æble", "Ørn", "Aage", "Åse"]
    );
}

#[test]
fn pages_of_the_list_meet_without_gap_or_double() {
    let mut office = Office::new();
    for id in 11..36 {
        office.put_case(doc(id), &format!("Borger {id}"), "");
    }
    let tablet = Tablet::synced(1, &mut office);
    for sort in [
        CaseSort::Subject,
        CaseSort::Number,
        CaseSort::Deadline,
        CaseSort::Changed,
    ] {
        let mut seen = std::collections::BTreeSet::new();
        for offset in (0..26).step_by(10) {
            let view = tablet
                .notebook
                .cases("", &CaseFilter::default(), sort, (offset, 10), NOON)
                .unwrap();
            assert_eq!((view.total, view.offset), (26, offset));
            assert!(view.rows.len() <= 10);
            seen.extend(view.rows.into_iter().map(|row| row.id));
        }
        assert_eq!(seen.len(), 26, "{sort:?}");
    }
}

#[test]
fn more_than_two_hundred_rows_are_never_given_at_once() {
    let mut office = Office::new();
    for id in 0..150_u8 {
        office.put_case(
            feltbog_ids::DocId::from_bytes([[id; 8], [201; 8]].concat().try_into().unwrap()),
            "A",
            "",
        );
        office.put_case(
            feltbog_ids::DocId::from_bytes([[id; 8], [202; 8]].concat().try_into().unwrap()),
            "B",
            "",
        );
    }
    let tablet = Tablet::synced(1, &mut office);
    let view = tablet
        .notebook
        .cases("", &CaseFilter::default(), CaseSort::Subject, (0, 5_000), NOON)
        .unwrap();
    assert_eq!(view.rows.len(), 200);
    assert!(view.total >= 300, "{}", view.total);
}

#[test]
fn filters_choose_and_the_types_count_past_them() {
    let mut office = Office::new();
    let day = 86_400_000_000;
    let due = |days: i64| Edit::root("due", Instant(NOON.0 + days * day));
    office.put_case(doc(11), "Forsinket", "");
    office.put(Kind::Case, doc(11), None, &[due(-2)]);
    office.put_case(doc(12), "Snart", "");
    office.put(
        Kind::Case,
        doc(12),
        None,
        &[due(2), Edit::within("people", &person(1).to_string(), Scalar::Null)],
    );
    office.put_case(doc(13), "Lukket", "");
    office.put(Kind::Case, doc(13), None, &[due(-2), Edit::root("state", "closed")]);
    office.put_case(doc(14), "Vej", "");
    office.put(Kind::Case, doc(14), None, &[Edit::root("type", "tilsyn_i_byrum")]);
    let tablet = Tablet::synced(1, &mut office);
    let of = |filter: CaseFilter| list(&tablet, "", &filter, CaseSort::Deadline);
    let all = of(CaseFilter::default());
    assert_eq!(
        subjects(&all)[..2],
        ["Forsinket", "Snart"],
        "those without a deadline come last"
    );
    assert_eq!(
        subjects(&of(CaseFilter {
            overdue: true,
            show: Show::All,
            ..CaseFilter::default()
        })),
        ["Forsinket"]
    );
    assert_eq!(
        subjects(&of(CaseFilter {
            show: Show::Closed,
            ..CaseFilter::default()
        })),
        ["Lukket"]
    );
    assert!(
        !subjects(&of(CaseFilter {
            mine: true,
            ..CaseFilter::default()
        }))
        .contains(&"Snart")
    );
    let typed = of(CaseFilter {
        case_type: Some("tilsyn_i_byrum".to_owned()),
        ..CaseFilter::default()
    });
    assert_eq!((subjects(&typed), typed.types.len()), (vec!["Vej"], 2));
}

#[test]
fn a_case_shows_a_masked_number_and_a_birthday() {
    let mut office = Office::new();
    let tablet = Tablet::synced(1, &mut office);
    let view = tablet.notebook.case(case(), NOON).unwrap();
    assert_eq!(view.subject.cpr, "140339-••••");
    assert_eq!(view.subject.birthday.as_deref(), Some("1939-03-14"));
    let keys: Vec<_> = view.fields.iter().map(|field| field.key.as_str()).collect();
    assert_eq!(keys, ["mobilitet", "hjaelpemidler"]);
}

#[test]
fn an_invented_number_with_eighty_added_to_its_month_is_masked_and_dated() {
    let mut office = Office::new();
    office.put(Kind::Case, case(), None, &[Edit::root("cpr", "1483391234")]);
    let tablet = Tablet::synced(1, &mut office);
    let view = tablet.notebook.case(case(), NOON).unwrap();
    assert_eq!(view.subject.cpr, "148339-••••");
    assert_eq!(view.subject.birthday.as_deref(), Some("1939-03-14"));
}

#[test]
fn the_day_shows_ones_own_visits_of_that_civil_day_in_order() {
    let mut office = Office::new();
    let visit = |office: &mut Office, id: u8, hours: i64, who: u8, title: &str| {
        let edits = [
            Edit::root("start", Instant(NOON.0 + hours * 3_600_000_000)),
            Edit::root("minutes", Scalar::Int(30)),
            Edit::root("title", title),
            Edit::root("state", "planned"),
            Edit::within("people", &person(who).to_string(), true),
            Edit::within("tasks", "01", "Støttestrømper"),
            Edit::within("ticks", "01", true),
        ];
        office.put(Kind::Visit, doc(id), Some(case()), &edits);
    };
    visit(&mut office, 50, 3, 1, "Eftermiddag");
    visit(&mut office, 51, -4, 1, "Morgenpleje");
    visit(&mut office, 52, -4, 2, "En andens");
    visit(&mut office, 53, 12, 1, "Efter midnat");
    let mut tablet = Tablet::synced(1, &mut office);
    let keep = feltbog_replica::KeepDraft {
        visit: Some(doc(51)),
        ..tablet.keeping(doc(40), &[], "", "Vasket")
    };
    let moment = tablet.moment();
    tablet.notebook.keep_draft(&keep, &moment).unwrap();
    let today = tablet.notebook.today(None, NOON).unwrap();
    let titles: Vec<_> = today.visits.iter().map(|visit| visit.title.as_str()).collect();
    assert_eq!(titles, ["Morgenpleje", "Eftermiddag"]);
    let first = &today.visits[0];
    assert_eq!(
        (first.subject.as_str(), first.address.as_str(), first.notes),
        ("Solveig Lærke", "Ågade 3", 1)
    );
    assert!(first.tasks[0].done);
    let tomorrow = tablet.notebook.today(Some("2026-11-25"), NOON).unwrap();
    assert_eq!(tomorrow.visits.len(), 1);
    assert!(tablet.notebook.today(Some("i går"), NOON).is_err());
}

#[test]
fn news_are_unread_until_opened_on_this_device() {
    let mut office = Office::new();
    let edits = [
        Edit::root("title", "Glat på Kastanjevej"),
        Edit::root("by", "Bo Gærdesmutte"),
        Edit::root("published", NOON),
        Edit::root("urgent", true),
        Edit::Type {
            before: String::new(),
            after: "Kør forsigtigt.".to_owned(),
        },
    ];
    office.put(Kind::Post, doc(60), None, &edits);
    let mut tablet = Tablet::synced(1, &mut office);
    assert_eq!(tablet.notebook.today(None, NOON).unwrap().news.len(), 1);
    let (post, _) = tablet.notebook.post(doc(60)).unwrap();
    assert_eq!(post.body, "Kør forsigtigt.");
    let tablet = tablet.restarts();
    assert!(!tablet.notebook.news(NOON).unwrap().rows[0].unread);
    assert!(tablet.notebook.today(None, NOON).unwrap().news.is_empty());
}
