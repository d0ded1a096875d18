using EServices.Testing;

namespace EServices.Architecture.Tests;

/// <summary>The product's own C# files, by their path from the root.</summary>
internal static class SourceTree
{
    private static readonly string[] Product = ["services", "gateway", "apphost"];

    public static IReadOnlyList<SourceFile> Files { get; } =
    [
        .. Product.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories))
            .Select(path => new SourceFile(Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'), File.ReadAllText(path)))
            .Where(file => !file.Path.Contains("/obj/", StringComparison.Ordinal) && !file.Path.Contains("/bin/", StringComparison.Ordinal)),
    ];

    /// <summary>Files under a folder; fails when there are none, so that a moved folder can't turn a rule green.</summary>
    public static IReadOnlyList<SourceFile> Under(string folder)
    {
        var found = Files.Where(file => file.Path.StartsWith(folder + "/", StringComparison.Ordinal)).ToList();
        Assert.True(found.Count > 0, $"No C# file under {folder}/");
        return found;
    }
}

internal sealed record SourceFile(string Path, string Text);
