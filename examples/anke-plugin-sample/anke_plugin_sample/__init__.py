"""A sample of what plug-ins bring: a channel, a credibility signal, a way to sign in, a kind of question and a document."""
