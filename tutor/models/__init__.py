"""The only place that loads a model or talks to a provider."""
