using EServices.AppHosts;

namespace EServices.Local.Tests;

public sealed class TopologyTests
{
    [Fact]
    public void EveryNode_HasAProject() =>
        Assert.All(Topology.Nodes, node => Assert.True(File.Exists(Path.Combine(new StackOptions().Root, node.Project)), $"{node.Name}: there is no {node.Project}"));

    [Fact]
    public void EveryProgram_IsANode()
    {
        var root = new StackOptions().Root;
        var programs = Directory.GetFiles(Path.Combine(root, "services"), "Program.cs", SearchOption.AllDirectories)
            .Where(file => Path.GetRelativePath(root, file).Split(Path.DirectorySeparatorChar).Length == 3)
            .Select(file => Path.GetFileName(Path.GetDirectoryName(file))!.ToLowerInvariant())
            .ToList();
        Assert.NotEmpty(programs);
        Assert.Equal(programs.Append(Topology.Gateway).Order(), Topology.Nodes.Select(node => node.Name).Order());
    }

    /// <summary>The Aspire app host is not compiled everywhere, so what both hosts have to name is compared as text.</summary>
    [Fact]
    public void EveryNode_IsReferencedByBothAppHosts()
    {
        var root = new StackOptions().Root;
        var files = new[] { "apphost/AppHost/AppHost.csproj", "apphost/Local/Local.csproj" }.Select(file => File.ReadAllText(Path.Combine(root, file))).ToList();
        var host = File.ReadAllText(Path.Combine(root, "apphost/AppHost/AppHost.cs"));
        Assert.All(Topology.Nodes, node =>
        {
            Assert.All(files, file => Assert.Contains($"../../{node.Project}", file));
            Assert.Contains($"AddProject<Projects.{Path.GetFileNameWithoutExtension(node.Project)}>(", host);
        });
    }

    [Fact]
    public void Nodes_ReferToNodesAndWaitForEarlierOnes()
    {
        var names = Topology.Nodes.Select(node => node.Name).ToList();
        Assert.Equal(names.Count, names.Distinct().Count());
        for (var at = 0; at < Topology.Nodes.Count; at++)
        {
            Assert.All(Topology.Nodes[at].RefersTo, other => Assert.Contains(other, names));
            Assert.All(Topology.Nodes[at].WaitsFor, other => Assert.Contains(other, names.Take(at)));
        }
    }
}
