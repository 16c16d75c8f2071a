"""Sign-in with the account that a person has at work, by OpenID Connect. Off unless the settings name a provider.

`tokens` reads what a provider says and believes nothing unsigned; `provider` sends people there and asks on their return;
`arrivals` decides what a proved identity opens: a linked account, a link, an invitation, or nothing.
How it is set up: docs/how-to/sign-in-with-nhsmail.md.
"""
