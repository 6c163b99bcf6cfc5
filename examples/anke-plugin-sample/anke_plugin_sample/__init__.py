"""A sample of what plug-ins bring: a channel, a credibility signal and a way to sign in."""
