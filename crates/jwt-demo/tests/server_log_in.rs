//! The page where users log in: what it lets through, and what it withstands.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)] // a test may panic

#[path = "common/server.rs"]
mod common;

use common::*;

#[tokio::test]
async fn the_page_runs_nothing_stands_in_no_frame_and_shows_text_as_text() {
    let world = World::new().await;
    let state = "\"><script>alert('1')</script>&amp;";
    let page = world.authorize(&World::request(&[("state", state)])).await;
    assert!(!page.text.contains("<script"));
    assert_eq!(page.headers["x-frame-options"], "DENY");
    assert_eq!(page.headers["cache-control"], "no-store");
    assert_eq!(page.headers["referrer-policy"], "no-referrer");
    assert_eq!(
        page.headers["content-security-policy"],
        "default-src 'none'; form-action 'self' https://phone.example; frame-ancestors 'none'; base-uri 'none'"
    );
    let cookie = page.headers["set-cookie"].to_str().unwrap();
    assert!(
        cookie.ends_with("; Path=/authorize; HttpOnly; SameSite=Strict"),
        "no Secure without TLS"
    );
    let (_, fields) = form_of(&page);
    assert!(fields.contains(&("state".into(), state.into())));
    let denied = world.fill_in(&page, &[("decision", "deny")]).await;
    assert_eq!(denied.parameter("error").unwrap(), "access_denied");
    assert_eq!(denied.parameter("state").unwrap(), state);
}

#[tokio::test]
async fn a_form_from_elsewhere_is_not_taken() {
    let world = World::new().await.with_alice();
    let page = world.authorize(&World::request(&[])).await;
    let (cookie, fields) = form_of(&page);
    let mut fields: Vec<_> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.extend(ALICE);
    let (_, others) = form_of(&world.authorize(&World::request(&[])).await);
    let other = &others[0];
    assert_eq!(other.0, "form_token");
    let without: Vec<_> =
        fields.iter().copied().filter(|(name, _)| *name != "form_token").collect();
    let mut swapped = without.clone();
    swapped.push(("form_token", &other.1));
    for (what, headers, fields) in [
        ("no cookie", vec![], &fields),
        ("another cookie", vec![("cookie", "jwt_demo_form=x")], &fields),
        ("no field", vec![("cookie", cookie.as_str())], &without),
        ("the field of another", vec![("cookie", cookie.as_str())], &swapped),
    ] {
        let answer = world.post_with("/authorize", &headers, fields).await;
        assert_eq!(answer.status, 400, "{what}");
        assert!(!answer.headers.contains_key("location"));
    }
    // A second window of the same browser keeps the cookie, so that both forms are good.
    let request = format!("{}/authorize?{}", world.origin, encode(&World::request(&[])));
    let headers = [("cookie", cookie.as_str())];
    let second = send(&client(), reqwest::Method::GET, &request, &headers, None).await;
    assert_eq!(form_of(&second).0, cookie);
    let answer = world.post_with("/authorize", &headers, &fields).await;
    assert!(answer.parameter("code").is_some());
    // The parameters come back with the form, and are looked at again.
    let evil: Vec<_> = fields
        .iter()
        .map(|(name, value)| {
            (*name, if *name == "redirect_uri" { "https://evil.example" } else { value })
        })
        .collect();
    assert_eq!(world.post_with("/authorize", &headers, &evil).await.status, 400);
}

#[tokio::test]
async fn five_wrong_passwords_lock_a_user_out_for_a_minute() {
    let world = World::new().await.with_alice();
    let page = world.authorize(&World::request(&[])).await;
    let wrong = [("username", "alice"), ("password", "wrong"), ("decision", "allow")];
    for (what, filled) in [
        ("nobody", [("username", "nobody"), wrong[1], wrong[2]]),
        ("no name", [("username", ""), wrong[1], wrong[2]]),
        ("no password", [wrong[0], ("password", ""), wrong[2]]),
        ("wrong", wrong),
        ("wrong", wrong),
    ] {
        let answer = world.fill_in(&page, &filled).await;
        assert_eq!(answer.status, 403, "{what}");
        assert!(answer.text.contains("Wrong name or password") && !answer.text.contains("wrong\""));
    }
    // The right one makes up for those before it.
    assert!(world.fill_in(&page, &ALICE).await.parameter("code").is_some());
    for _ in 0..5 {
        assert_eq!(world.fill_in(&page, &wrong).await.status, 403);
    }
    assert_eq!(world.fill_in(&page, &ALICE).await.status, 403);
    world.advance(60);
    assert!(world.fill_in(&page, &ALICE).await.parameter("code").is_some());
}
